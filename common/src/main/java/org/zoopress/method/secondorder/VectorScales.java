package org.zoopress.method.secondorder;

import java.util.Arrays;
import org.zoopress.coding.ColumnLayout;

/**
 * Scales of vectors: half way, in logarithms, between steps of a scalar quantizer and unit scale.
 *
 * <p>Of the columns of a layer among each other they are as the steps, {@link StepRule}: equal
 * errors in scaled columns then do about equal harm, so that one set of codewords is as dense as
 * each column wants it, and blocks have nearly the same metric. Of layers among each other, those
 * in steps would make vectors of finely quantized layers long, and codewords would have to reach
 * far; those at unit scale would make them want denser codewords than others. ResNet-20, four
 * codebooks of 64 words of 9 numbers, bytes and error: steps 28,606 and 0.730, half way 28,903 and
 * 0.725, unit scale 28,203 and 0.804; 76,695 and 0.169, 79,207 and 0.121, 81,015 and 0.111.
 */
final class VectorScales {
  private VectorScales() {}

  /**
   * @param step of the settings; geometric mean over the columns
   * @param coefficients of the layer's columns, in the order of the layout
   */
  static ColumnSteps of(StepRule rule, double step, double[] coefficients, ColumnLayout layout) {
    int[] any = new int[layout.frequencies()];
    Arrays.fill(any, ColumnSteps.SMALLEST);
    double energy = energy(rule.steps(step, any), coefficients, layout);
    return energy > 0
        ? rule.steps(step * StrictMath.pow(energy, 0.25), any)
        : rule.steps(step, any);
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
