package org.zoopress.datafree;

import java.util.LinkedHashMap;
import java.util.Map;
import org.zoopress.method.secondorder.ConstantMember;
import org.zoopress.method.secondorder.SideParameters;
import org.zoopress.method.secondorder.StoredMember;
import org.zoopress.network.Normalization;
import org.zoopress.tensor.Shape;

/**
 * A batch norm as y = a z + b, and what is stored of it.
 *
 * <p>Folded, the scale is a, the shift b, the mean 0 and the variance 1 − ε. Kept, mean and
 * variance are those of the compressed network's values, rounded, and scale and shift make up for
 * the rounding: γ = a √(v + ε), β = b + a m.
 */
final class StoredNormalization {
  private final Normalization normalization;
  private final DataFreeSettings settings;
  private final float[] scale;
  private final float[] shift;
  private final float[] mean;
  private final float[] variance;

  StoredNormalization(NetworkView view, Normalization normalization, DataFreeSettings settings) {
    this.normalization = normalization;
    this.settings = settings;
    this.scale = view.weights().get(normalization.scale());
    this.shift = view.weights().get(normalization.shift());
    this.mean = view.weights().get(normalization.mean());
    this.variance = view.weights().get(normalization.variance());
  }

  /** a of the original. */
  double[] originalScale() {
    double[] a = new double[scale.length];
    for (int c = 0; c < a.length; c++) {
      a[c] = scale[c] / Math.sqrt(variance[c] + normalization.epsilon());
    }
    return a;
  }

  /** What the original expects z to vary by. */
  double[] originalVariance() {
    double[] v = new double[variance.length];
    for (int c = 0; c < v.length; c++) {
      v[c] = variance[c];
    }
    return v;
  }

  /** The original, rounded. */
  Map<String, StoredMember> uncorrected() {
    double[] a = originalScale();
    double[] b = new double[a.length];
    double[] means = new double[a.length];
    for (int c = 0; c < a.length; c++) {
      means[c] = mean[c];
      b[c] = shift[c] - a[c] * mean[c];
    }
    return members(
        new AffineFit(a, b), new AffineFit.Moments(means, means, originalVariance(), means));
  }

  /** The fit, rounded. */
  Map<String, StoredMember> members(AffineFit fit, AffineFit.Moments moments) {
    int bits = settings.sideBits();
    int channels = scale.length;
    Map<String, StoredMember> members = new LinkedHashMap<>();
    if (settings.normalization() == DataFreeSettings.Normalizations.FOLDED) {
      members.put(normalization.scale(), SideParameters.of(floats(fit.scale()), bits));
      members.put(normalization.shift(), SideParameters.of(floats(fit.shift()), bits));
      members.put(normalization.mean(), ConstantMember.of(0, Shape.of(channels)));
      members.put(
          normalization.variance(),
          ConstantMember.of(1 - normalization.epsilon(), Shape.of(channels)));
      return members;
    }
    SideParameters means = SideParameters.of(floats(moments.meanInput()), bits);
    SideParameters variances = SideParameters.of(floats(moments.variance()), bits);
    double[] gamma = new double[channels];
    double[] beta = new double[channels];
    for (int c = 0; c < channels; c++) {
      gamma[c] =
          fit.scale()[c] * Math.sqrt(variances.restored()[c] + (double) normalization.epsilon());
      beta[c] = fit.shift()[c] + fit.scale()[c] * means.restored()[c];
    }
    members.put(normalization.scale(), SideParameters.of(floats(gamma), bits));
    members.put(normalization.shift(), SideParameters.of(floats(beta), bits));
    members.put(normalization.mean(), means);
    members.put(normalization.variance(), variances);
    return members;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
