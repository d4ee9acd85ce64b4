package org.zoopress.method.secondorder;

import java.util.Arrays;
import java.util.Optional;
import org.zoopress.coding.ColumnLayout;
import org.zoopress.tensor.Shape;

/**
 * A layer as vectors, in the order in which its blocks are quantized, with scales and metrics.
 *
 * <p>With steps s, a block's coefficients are w = τ·diag(s), and the error of its outputs, all
 * blocks before settled, is
 *
 * <pre>
 *   ‖(τ − c) · A‖²,     A = diag(s) · M_BB / unit,     τ·A = (w·M_BB + Σ_{i before} E_i M_iB) / unit
 * </pre>
 *
 * in units in which the worth of a bit is {@link #lambda}.
 */
final class BlockProblem {
  /** Squares of larger ones would leave the range of float32. */
  private static final double LARGEST_AIM = 1e15;

  private final BlockLayout blocks;
  private final InputFactor[] factors;
  private final int outputs;
  private final int groupOutputs;
  private final ColumnSteps steps;
  // By place in the order of quantization, output by output.
  private final double[] targets;
  // By group and place.
  private final float[][] scales;
  private final double unit;
  private final double lambda;

  BlockProblem(LayerProblem problem, LayerSettings settings, BlockLayout blocks) {
    this.blocks = blocks;
    ColumnOrder order = new ColumnOrder(problem.shape(), settings.transform());
    ColumnLayout layout = blocks.columns();
    int n = layout.columns();
    outputs = layout.outputs();
    groupOutputs = outputs / problem.groups();
    // A matrix: its columns stay as they are.
    ColumnOrder asOrdered = new ColumnOrder(Shape.of(outputs, n), Optional.empty());
    factors = new InputFactor[problem.groups()];
    double[][] diagonals = new double[factors.length][n];
    for (int g = 0; g < factors.length; g++) {
      double[] moments = ordered(order.rotated(problem.gram()[g]));
      factors[g] = InputFactor.of(moments, asOrdered, settings.damping());
      for (int place = 0; place < n; place++) {
        diagonals[g][blocks.column(place)] = factors[g].diagonal(place);
      }
    }
    double[] coefficients = order.forward(problem.target());
    StepRule rule = new StepRule(layout, diagonals);
    unit = settings.step() * StrictMath.exp(rule.mean());
    lambda = settings.rateWeight() * ColumnSearch.highRateSlope(settings.trellis());
    steps = VectorScales.of(rule, settings.step(), coefficients, layout);
    targets = new double[coefficients.length];
    scales = new float[factors.length][n];
    for (int place = 0; place < n; place++) {
      int column = blocks.column(place);
      System.arraycopy(coefficients, column * outputs, targets, place * outputs, outputs);
      for (int g = 0; g < factors.length; g++) {
        int channel = g * layout.channels() + column % layout.channels();
        scales[g][place] = steps.of(column / layout.channels(), channel);
      }
    }
  }

  private double[] ordered(double[] moments) {
    int n = blocks.columns().columns();
    double[] result = new double[moments.length];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        result[i * n + j] = moments[blocks.column(i) * n + blocks.column(j)];
      }
    }
    return result;
  }

  BlockLayout blocks() {
    return blocks;
  }

  InputFactor[] factors() {
    return factors;
  }

  int outputs() {
    return outputs;
  }

  int groupOutputs() {
    return groupOutputs;
  }

  ColumnSteps steps() {
    return steps;
  }

  /** Coefficients by place, output by output. */
  double[] targets() {
    return targets;
  }

  /** s of a group's column. */
  float scale(int group, int place) {
    return scales[group][place];
  }

  /** What errors are counted in, when the moments have a mean of one. */
  double unit() {
    return unit;
  }

  /** Squared error, in units of the unit, that a bit is worth. */
  double lambda() {
    return lambda;
  }

  /** A of a group's block: d×d row-major, upper triangular, zeros where there is no column. */
  double[] metric(int group, int block) {
    int start = blocks.start(block);
    int size = blocks.start(block + 1) - start;
    int d = blocks.dimension();
    double[] metric = new double[d * d];
    for (int k = 0; k < size; k++) {
      for (int l = k; l < size; l++) {
        metric[k * d + l] =
            scales[group][start + k] * factors[group].at(start + k, start + l) / unit;
      }
    }
    return metric;
  }

  /**
   * τ·A of a group's outputs.
   *
   * @param sums Σ E_i M_ij of the block's columns, column after column
   * @return groupOutputs×d
   */
  float[] aims(int group, int block, double[] sums) {
    int start = blocks.start(block);
    int size = blocks.start(block + 1) - start;
    int d = blocks.dimension();
    float[] aims = new float[groupOutputs * d];
    for (int i = 0; i < groupOutputs; i++) {
      int o = group * groupOutputs + i;
      for (int l = 0; l < size; l++) {
        double sum = sums[l * outputs + o];
        for (int k = 0; k <= l; k++) {
          sum += targets[(start + k) * outputs + o] * factors[group].at(start + k, start + l);
        }
        aims[i * d + l] = (float) Math.max(-LARGEST_AIM, Math.min(LARGEST_AIM, sum / unit));
      }
    }
    return aims;
  }

  /** Mean over the weights of a block of what a squared error of τ is worth. */
  static double weight(double[] metric, int size) {
    return Arrays.stream(metric).map(a -> a * a).sum() / size;
  }
}
