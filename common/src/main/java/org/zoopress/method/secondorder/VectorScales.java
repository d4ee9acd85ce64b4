package org.zoopress.method.secondorder;

import java.util.Arrays;
import org.zoopress.coding.ColumnLayout;

/**
 * Scales that bring the vectors of a layer to unit scale: a root mean square of one over the layer.
 *
 * <p>Of the frequencies among each other they are between those of equal noise, proportional to
 * 1/M_jj as steps of a scalar quantizer are, and those of equal energy: codewords shared by all
 * should neither be denser than a frequency pays for nor reach farther than its weights do.
 */
final class VectorScales {
  /** Weight of equal energy. */
  static double energyShare = Double.parseDouble(System.getProperty("x.share", "0.5"));

  private VectorScales() {}

  /**
   * @param coefficients of the layer's columns, in the order of the layout
   */
  static ColumnSteps of(StepRule rule, double step, double[] coefficients, ColumnLayout layout) {
    int[] smallest = new int[layout.frequencies()];
    Arrays.fill(smallest, ColumnSteps.SMALLEST);
    ColumnSteps noise = rule.steps(step, smallest);
    int frequencies = layout.frequencies();
    int groups = Math.max(1, noise.groups(layout));
    int groupOutputs = layout.outputs() / groups;
    ColumnSteps channelsAlone = new ColumnSteps(new int[frequencies], noise.channels());
    double[] energies = new double[frequencies];
    int next = 0;
    for (int f = 0; f < frequencies; f++) {
      for (int c = 0; c < layout.channels(); c++) {
        for (int g = 0; g < groups; g++) {
          double scale = channelsAlone.of(f, g * layout.channels() + c);
          for (int end = next + groupOutputs; next < end; next++) {
            energies[f] += coefficients[next] / scale * (coefficients[next] / scale);
          }
        }
      }
      energies[f] /= (double) layout.channels() * layout.outputs();
    }
    double gain = 0;
    for (int f = 0; f < frequencies; f++) {
      double s = ColumnSteps.step(noise.frequencies()[f]);
      gain += energies[f] / (s * s) / frequencies;
    }
    int[] codes = new int[frequencies];
    for (int f = 0; f < frequencies; f++) {
      if (energies[f] > 0) {
        double ofNoise = ColumnSteps.step(noise.frequencies()[f]) * Math.sqrt(gain);
        double log =
            (1 - energyShare) * StrictMath.log(ofNoise)
                + energyShare * StrictMath.log(energies[f]) / 2;
        codes[f] = ColumnSteps.nearest(StrictMath.exp(log));
      } else {
        codes[f] = ColumnSteps.SMALLEST;
      }
    }
    return new ColumnSteps(codes, noise.channels());
  }
}
