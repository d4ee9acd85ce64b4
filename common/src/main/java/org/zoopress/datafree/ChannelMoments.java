package org.zoopress.datafree;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.zoopress.autograd.Tensors;

/** Moments of values by channel, for {@link AffineFit}. */
final class ChannelMoments {
  private ChannelMoments() {}

  /**
   * @param input z, its channels along {@code axis}
   * @param target t, of the same sizes
   * @param weights of what enters the moments, of sizes that fit; 0 at least
   */
  static AffineFit.Moments of(Tensor input, Tensor target, Tensor weights, long axis) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      long channels = input.size(axis);
      Tensor z = input.transpose(0, axis).reshape(channels, -1);
      Tensor t = target.transpose(0, axis).reshape(channels, -1);
      Tensor ones = torch.ones_like(input).mul(weights);
      Tensor w = ones.transpose(0, axis).reshape(channels, -1);
      w = w.div(w.sum(new long[] {1}, true, null).add(new Scalar(1e-20)));
      Tensor meanZ = z.mul(w).sum(1);
      Tensor meanT = t.mul(w).sum(1);
      // Centred before they are multiplied: float32 has no digits to spare.
      Tensor centred = z.sub(meanZ.unsqueeze(1));
      Tensor weighted = centred.mul(w);
      return new AffineFit.Moments(
          doubles(meanZ),
          doubles(meanT),
          doubles(weighted.mul(centred).sum(1)),
          doubles(weighted.mul(t.sub(meanT.unsqueeze(1))).sum(1)));
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
