package org.zoopress.datafree;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.zoopress.autograd.Tensors;

/** Moments of values by channel, for {@link AffineFit}. */
final class ChannelMoments {
  private ChannelMoments() {}

  /**
   * @param input z, its channels along {@code axis}
   * @param target t, of the same sizes
   */
  static AffineFit.Moments of(Tensor input, Tensor target, long axis) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      long channels = input.size(axis);
      Tensor z = input.transpose(0, axis).reshape(channels, -1);
      Tensor t = target.transpose(0, axis).reshape(channels, -1);
      Tensor meanZ = z.mean(1);
      Tensor meanT = t.mean(1);
      // Centred before they are multiplied: float32 has no digits to spare.
      Tensor centred = z.sub(meanZ.unsqueeze(1));
      return new AffineFit.Moments(
          doubles(meanZ),
          doubles(meanT),
          doubles(centred.square().mean(1)),
          doubles(centred.mul(t.sub(meanT.unsqueeze(1))).mean(1)));
    }
  }

  private static double[] doubles(Tensor values) {
    float[] floats = Tensors.values(values);
    double[] doubles = new double[floats.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }
}
