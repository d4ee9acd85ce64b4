package org.zoopress.method.secondorder;

import java.util.Arrays;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.coding.ColumnCoder;
import org.zoopress.coding.ColumnContext;
import org.zoopress.coding.ColumnLayout;
import org.zoopress.coding.ColumnRates;
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
  private static final double LARGEST_POINT = 1 << 20;

  private final LayerSettings settings;
  private final ColumnOrder order;
  private final ColumnLayout layout;
  private final InputFactor[] factors;
  private final int groupOutputs;
  private final double[] targets;
  private final FrequencySteps steps;
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
    double[] deviations = deviations();
    double mean = 0;
    for (double deviation : deviations) {
      mean += StrictMath.log(deviation) / deviations.length;
    }
    double unit = settings.step() / StrictMath.exp(mean);
    this.steps = steps(deviations, unit);
    this.weights = new double[factors.length][layout.columns()];
    for (int g = 0; g < factors.length; g++) {
      for (int j = 0; j < layout.columns(); j++) {
        double relative = steps.of(j / layout.channels()) / unit * factors[g].diagonal(j);
        weights[g][j] = relative * relative;
      }
    }
  }

  /** The layer as near to its target as its bits pay for. */
  public static QuantizedLayer quantize(LayerProblem problem, LayerSettings settings) {
    return new LayerQuantizer(problem, settings).quantize(problem);
  }

  /** Geometric mean of 1/M_jj over the columns of each frequency and the groups. */
  private double[] deviations() {
    double[] deviations = new double[layout.frequencies()];
    for (int f = 0; f < deviations.length; f++) {
      double sum = 0;
      for (InputFactor factor : factors) {
        for (int c = 0; c < layout.channels(); c++) {
          sum -= StrictMath.log(factor.diagonal(f * layout.channels() + c));
        }
      }
      deviations[f] = StrictMath.exp(sum / layout.channels() / factors.length);
    }
    return deviations;
  }

  private FrequencySteps steps(double[] deviations, double unit) {
    double[] wanted = new double[deviations.length];
    for (int f = 0; f < wanted.length; f++) {
      wanted[f] = unit * deviations[f];
    }
    FrequencySteps nearest = FrequencySteps.nearest(wanted);
    int[] codes = nearest.codes();
    int length = layout.outputs() * layout.channels();
    for (int f = 0; f < codes.length; f++) {
      double largest = 0;
      for (int i = f * length; i < (f + 1) * length; i++) {
        largest = Math.max(largest, Math.abs(targets[i]));
      }
      if (largest > 0) {
        codes[f] = Math.max(codes[f], FrequencySteps.ceiling(largest / LARGEST_POINT));
      }
    }
    return new FrequencySteps(codes);
  }

  private QuantizedLayer quantize(LayerProblem problem) {
    ColumnRates rates = ColumnRates.expected(settings.trellis());
    int[] points = new int[targets.length];
    int passes = settings.rateWeight() == 0 ? 1 : PASSES;
    for (int pass = 0; pass < passes; pass++) {
      pass(rates, points);
      rates =
          ColumnRates.measured(new ColumnCoder.Layer(layout, settings.trellis(), points.clone()));
    }
    return new QuantizedLayer(
        problem.shape(), settings.transform(), settings.trellis(), steps, points, rates.total());
  }

  private void pass(ColumnRates rates, int[] points) {
    int outputs = layout.outputs();
    int columns = layout.columns();
    double[] errors = new double[targets.length];
    double[] x = new double[outputs];
    double[] weight = new double[outputs];
    ColumnContext near = new ColumnContext(layout);
    ColumnSearch search = new ColumnSearch(outputs, settings.trellis(), settings.rateWeight());
    int state = 0;
    for (int start = 0; start < columns; start += BLOCK) {
      int end = Math.min(start + BLOCK, columns);
      double[] feedback = feedback(errors, start, end);
      for (int j = start; j < end; j++) {
        int from = j * outputs;
        addInside(feedback, errors, start, j);
        double step = steps.of(j / layout.channels());
        for (int o = 0; o < outputs; o++) {
          int group = o / groupOutputs;
          double aim =
              targets[from + o] + feedback[(j - start) * outputs + o] / factors[group].diagonal(j);
          x[o] = Math.max(-LARGEST_POINT, Math.min(LARGEST_POINT, aim / step));
          weight[o] = weights[group][j];
        }
        state = search.search(x, weight, near, rates, state, points, from);
        for (int o = 0; o < outputs; o++) {
          errors[from + o] = targets[from + o] - points[from + o] * step;
        }
      }
    }
  }

  /** Σ_{i < start} E_i · M_ij for the columns j of a block, column after column. */
  private double[] feedback(double[] errors, int start, int end) {
    int outputs = layout.outputs();
    double[] sums = new double[(end - start) * outputs];
    if (start == 0) {
      return sums;
    }
    if (factors.length == 1) {
      DenseMatrix before = new DenseMatrix(outputs, start, Arrays.copyOf(errors, start * outputs));
      DenseMatrix product =
          LinearAlgebra.get().multiply(before, factors[0].block(start, start, end));
      return product.values();
    }
    for (int j = start; j < end; j++) {
      addColumns(sums, (j - start) * outputs, errors, 0, start, j);
    }
    return sums;
  }

  private void addInside(double[] feedback, double[] errors, int start, int column) {
    addColumns(feedback, (column - start) * layout.outputs(), errors, start, column, column);
  }

  /** Adds Σ_{first ≤ i < last} E_i · M_ij. */
  private void addColumns(
      double[] sums, int place, double[] errors, int first, int last, int column) {
    int outputs = layout.outputs();
    for (int i = first; i < last; i++) {
      for (int g = 0; g < factors.length; g++) {
        double factor = factors[g].at(i, column);
        int from = i * outputs;
        for (int o = g * groupOutputs; o < (g + 1) * groupOutputs; o++) {
          sums[place + o] += factor * errors[from + o];
        }
      }
    }
  }
}
