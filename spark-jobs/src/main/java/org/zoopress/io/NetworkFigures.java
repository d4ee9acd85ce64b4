package org.zoopress.io;

import java.io.Serializable;
import org.zoopress.datafree.NetworkCandidate.LayerRow;

/**
 * What is known of a candidate for a whole network besides bytes and weight errors.
 *
 * @param divergence mean Kullback–Leibler divergence of its answers from the original's, in nats a
 *     sample, on probes
 * @param agreement share of those probes that get the same class
 * @param normalization what became of batch norms and biases; empty of the lossless candidate
 * @param probes what they are, see {@link org.zoopress.datafree.NetworkCandidate#probes}; empty of
 *     the lossless candidate
 * @param seconds CPU time
 * @param weights by member, whether it is a layer's weight
 * @param layers by member, what happened to the layer; null where the member is no layer's weight,
 *     and everywhere in the lossless candidate
 */
public record NetworkFigures(
    double divergence,
    double agreement,
    String normalization,
    String probes,
    double seconds,
    boolean[] weights,
    Layer[] layers)
    implements Serializable {

  /** {@link LayerRow} without the name. */
  public record Layer(
      double sensitivity, double step, double bits, double outputError, double seconds)
      implements Serializable {

    /** Of a row of the solver. */
    public static Layer of(LayerRow row) {
      return new Layer(row.sensitivity(), row.step(), row.bits(), row.outputError(), row.seconds());
    }
  }

  /**
   * The bytes of the payload that each member is responsible for: a layer's weight for its bits,
   * the others for equal shares by size of what is left.
   *
   * @param length bytes of the payload
   * @param original bytes of each member in the original
   * @return bytes that add up to {@code length}
   */
  public double[] shares(int length, long[] original) {
    double[] shares = new double[original.length];
    double counted = 0;
    double others = 0;
    for (int m = 0; m < shares.length; m++) {
      if (layers[m] != null) {
        shares[m] = layers[m].bits() / Byte.SIZE;
        counted += shares[m];
      } else {
        others += original[m];
      }
    }
    double left = Math.max(0, length - counted);
    for (int m = 0; m < shares.length; m++) {
      if (layers[m] == null) {
        shares[m] = others > 0 ? left * original[m] / others : 0;
      }
    }
    double total = 0;
    for (double share : shares) {
      total += share;
    }
    for (int m = 0; m < shares.length && total > 0; m++) {
      shares[m] *= length / total; // where layers' bits are estimates, or nothing else is there
    }
    return shares;
  }
}
