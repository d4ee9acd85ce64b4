package org.zoopress.method.secondorder;

import java.util.Arrays;
import org.zoopress.coding.ColumnLayout;

/**
 * Scales that bring a layer to unit scale: its vectors have a root mean square of one.
 *
 * <p>Of the columns among each other they are as the steps of a scalar quantizer, {@link StepRule}:
 * equal errors in scaled columns then do about equal harm, so that one set of codewords is as dense
 * as each column wants it, and blocks have nearly the same metric. Scales of equal energy a
 * frequency instead take up to 3 % more bytes on ResNet-20.
 */
final class VectorScales {
  private VectorScales() {}

  /**
   * @param step of the settings; without effect but for where rounding falls
   * @param coefficients of the layer's columns, in the order of the layout
   */
  static ColumnSteps of(StepRule rule, double step, double[] coefficients, ColumnLayout layout) {
    int[] any = new int[layout.frequencies()];
    Arrays.fill(any, ColumnSteps.SMALLEST);
    double energy = energy(rule.steps(step, any), coefficients, layout);
    return energy > 0 ? rule.steps(step * Math.sqrt(energy), any) : rule.steps(step, any);
  }

  /** Mean square of the coefficients in units of steps. */
  private static double energy(ColumnSteps steps, double[] coefficients, ColumnLayout layout) {
    int groups = Math.max(1, steps.groups(layout));
    int groupOutputs = layout.outputs() / groups;
    double sum = 0;
    int next = 0;
    for (int column = 0; column < layout.columns(); column++) {
      int frequency = column / layout.channels();
      for (int g = 0; g < groups; g++) {
        double scale = steps.of(frequency, g * layout.channels() + column % layout.channels());
        for (int end = next + groupOutputs; next < end; next++) {
          double scaled = coefficients[next] / scale;
          sum += scaled * scaled;
        }
      }
    }
    return sum / coefficients.length;
  }
}
