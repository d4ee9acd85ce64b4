package org.zoopress.method.secondorder;

import java.util.Arrays;
import org.zoopress.coding.ColumnCoder;
import org.zoopress.coding.ColumnContext;
import org.zoopress.coding.ColumnLayout;
import org.zoopress.coding.ColumnRates;
import org.zoopress.coding.Trellis;
import org.zoopress.linalg.LinearAlgebra;

/**
 * Quantizes the columns of a layer one after the other; each makes good what those before it did
 * wrong. See the package for the mathematics.
 *
 * <p>Cost: n³/3 operations for the factor and O·n² for the feedback of a pass, both in blocks by
 * native products; memory three n×n and three O×n matrices of doubles. Deterministic up to the bits
 * of {@link LinearAlgebra}: equal on every run on one type of processor.
 */
public final class LayerQuantizer {
  /** Bits of the first pass are guessed, of the others measured on the pass before. */
  private static final int PASSES = 3;

  /** Columns whose feedback from the columns before them is computed in one product. */
  private static final int BLOCK = 64;

  /** Points stay exact as float32, and their sums far from the range of int. */
  static final double LARGEST_POINT = 1 << 20;

  private final LayerSettings settings;
  private final ColumnOrder order;
  private final ColumnLayout layout;
  private final InputFactor[] factors;
  private final int groupOutputs;
  private final double[] targets;
  private final ColumnSteps steps;
  // Step of each column, group after group.
  private final double[][] columnSteps;
  // Of each group and column: squared step in units of the layer's, times the squared M_jj.
  private final double[][] weights;

  private LayerQuantizer(LayerProblem problem, LayerSettings settings) {
    this.settings = settings;
    this.order = new ColumnOrder(problem.shape(), settings.transform());
    this.layout = order.layout();
    this.groupOutputs = problem.outputs() / problem.groups();
    this.factors = new InputFactor[problem.groups()];
    for (int g = 0; g < factors.length; g++) {
      factors[g] = InputFactor.of(problem.gram()[g], order, settings.damping());
    }
    this.targets = order.forward(problem.target());
    StepRule rule = new StepRule(layout, factors);
    double unit = settings.step() * StrictMath.exp(rule.mean());
    this.steps = rule.steps(settings.step(), smallestSteps());
    this.columnSteps = new double[factors.length][layout.columns()];
    this.weights = new double[factors.length][layout.columns()];
    for (int g = 0; g < factors.length; g++) {
      for (int j = 0; j < layout.columns(); j++) {
        int channel = g * layout.channels() + j % layout.channels();
        columnSteps[g][j] = steps.of(j / layout.channels(), channel);
        double relative = columnSteps[g][j] / unit * factors[g].diagonal(j);
        weights[g][j] = relative * relative;
      }
    }
  }

  /** The layer as near to its target as its bits pay for. */
  public static QuantizedLayer quantize(LayerProblem problem, LayerSettings settings) {
    return new LayerQuantizer(problem, settings).quantize(problem);
  }

  /** Of each frequency: points would be too large to be exact with a smaller one. */
  private int[] smallestSteps() {
    int[] codes = new int[layout.frequencies()];
    int length = layout.outputs() * layout.channels();
    for (int f = 0; f < codes.length; f++) {
      double largest = 0;
      for (int i = f * length; i < (f + 1) * length; i++) {
        largest = Math.max(largest, Math.abs(targets[i]));
      }
      codes[f] = largest > 0 ? ColumnSteps.ceiling(largest / LARGEST_POINT) : ColumnSteps.SMALLEST;
    }
    return codes;
  }

  private QuantizedLayer quantize(LayerProblem problem) {
    ColumnRates rates = ColumnRates.expected(settings.trellis());
    int[] points = new int[targets.length];
    int passes = settings.rateWeight() == 0 ? 1 : PASSES;
    for (int pass = 1; pass <= passes; pass++) {
      Trellis trellis = pass < passes ? quick(settings.trellis()) : settings.trellis();
      pass(trellis, rates, points);
      rates = ColumnRates.measured(new ColumnCoder.Layer(layout, trellis, points));
    }
    return new QuantizedLayer(
        problem.shape(), settings.transform(), settings.trellis(), steps, points, rates.total());
  }

  /** Rates depend on the quantizer alone, so that a small trellis finds them as well. */
  private static Trellis quick(Trellis trellis) {
    return trellis.states() > Trellis.STATES_8.states() ? Trellis.STATES_8 : trellis;
  }

  private void pass(Trellis trellis, ColumnRates rates, int[] points) {
    int outputs = layout.outputs();
    int columns = layout.columns();
    double[] errors = new double[targets.length];
    int[] settled = new int[outputs];
    ColumnContext near = new ColumnContext(layout);
    ErrorFeedback feedback = new ErrorFeedback(factors, outputs);
    ColumnSearch search = new ColumnSearch(outputs, trellis, settings.rateWeight());
    for (int start = 0; start < columns; start += BLOCK) {
      int end = Math.min(start + BLOCK, columns);
      // The column before the block is not settled yet.
      int known = Math.max(0, start - 1);
      double[] sums = feedback.sums(errors, known, start, end);
      for (int j = start; j < end; j++) {
        feedback.add(sums, (j - start) * outputs, errors, known, j - 1, j);
        double[] ofColumn =
            Arrays.copyOfRange(sums, (j - start) * outputs, (j - start + 1) * outputs);
        search.search(column(j, ofColumn), near, rates, settled);
        if (j > 0) {
          settle(j - 1, settled, points, errors);
        }
      }
    }
    search.finish(settled);
    settle(columns - 1, settled, points, errors);
  }

  private ColumnSearch.Column column(int j, double[] feedback) {
    int outputs = layout.outputs();
    ColumnSearch.Column column =
        new ColumnSearch.Column(
            feedback,
            new double[outputs],
            new double[outputs],
            new double[outputs],
            Arrays.copyOfRange(targets, j * outputs, (j + 1) * outputs));
    for (int o = 0; o < outputs; o++) {
      int group = o / groupOutputs;
      InputFactor factor = factors[group];
      column.target()[o] = column.plain()[o] + feedback[o] / factor.diagonal(j);
      column.link()[o] = j == 0 ? 0 : factor.at(j - 1, j) / factor.diagonal(j);
      column.step()[o] = columnSteps[group][j];
      column.weight()[o] = weights[group][j];
    }
    return column;
  }

  private void settle(int j, int[] settled, int[] points, double[] errors) {
    int outputs = layout.outputs();
    for (int o = 0; o < outputs; o++) {
      int place = j * outputs + o;
      points[place] = settled[o];
      errors[place] = targets[place] - settled[o] * columnSteps[o / groupOutputs][j];
    }
  }
}
