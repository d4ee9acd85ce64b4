package org.zoopress.datafree;

import java.util.Random;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Moves images as training usually does: by up to an eighth of their size in either direction, what
 * leaves on one side enters on the other, and mirrored left to right at random. All samples of a
 * call move alike. Inputs that are no images stay as they are.
 *
 * <p>Probes are few and were made by descent; a network that is trained on them as they are learns
 * them by heart, and answers real images worse than before.
 */
final class Motion {
  private static final int IMAGE_RANK = 4;
  private static final int PART = 8;

  private Motion() {}

  /** Images (N, C, H, W) elsewhere; a new tensor, or the same. */
  static Tensor moved(Tensor samples, Random random) {
    if (!applies(samples)) {
      return samples;
    }
    try (NoGradGuard guard = new NoGradGuard()) {
      long down = distance(samples.size(2), random);
      long right = distance(samples.size(3), random);
      Tensor moved = samples.roll(new long[] {down, right}, 2, 3);
      return random.nextBoolean() ? moved.flip(3) : moved;
    }
  }

  /** Whether samples are images that are large enough to be moved. */
  static boolean applies(Tensor samples) {
    return samples.dim() == IMAGE_RANK && samples.size(2) >= PART && samples.size(3) >= PART;
  }

  private static long distance(long size, Random random) {
    int most = (int) (size / PART);
    return random.nextInt(2 * most + 1) - most;
  }
}
