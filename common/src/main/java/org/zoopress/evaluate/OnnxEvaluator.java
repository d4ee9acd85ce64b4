package org.zoopress.evaluate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.zoopress.error.Check;
import org.zoopress.error.UserInputException;
import org.zoopress.metric.Logits;

/** Compares two networks on the samples of a shard. */
public final class OnnxEvaluator {
  /** Beyond this ONNX Runtime gains nothing on one thread, and activations grow with it. */
  private static final int MAX_BATCH = 128;

  /** 16 MiB of input; activations of large images take many times that. */
  private static final int MAX_BATCH_FLOATS = 1 << 22;

  private static final int TOP = 5;

  private OnnxEvaluator() {}

  /**
   * Runs both networks over the rest of a shard. Bounded memory: one batch of at most {@value
   * #MAX_BATCH} samples at a time, fewer if they are large.
   *
   * @param before the original network
   * @param after the restored or changed one; both may be the same session
   * @param shard read to its end; stays open
   * @throws UserInputException if a network does not take such samples, the two disagree on the
   *     number of classes, or a label is no class of theirs
   */
  public static ShardResult evaluate(OnnxSession before, OnnxSession after, SampleBatchSource shard)
      throws IOException {
    return evaluate(before, after, shard, MAX_BATCH);
  }

  /** The same with another bound on the samples that are given at once. */
  public static ShardResult evaluate(
      OnnxSession before, OnnxSession after, SampleBatchSource shard, int maxBatch)
      throws IOException {
    SampleShape shape = shard.shape();
    int batch = Math.max(1, Math.min(maxBatch, MAX_BATCH_FLOATS / shape.elements()));
    FloatBuffer pixels =
        ByteBuffer.allocateDirect(batch * shape.elements() * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    int[] labels = new int[batch];
    ShardResult total = ShardResult.EMPTY;
    for (int count = shard.read(pixels, labels);
        count > 0;
        count = shard.read(pixels.clear(), labels)) {
      float[] original = before.logits(pixels, count, shape);
      float[] changed = after.logits(pixels, count, shape);
      Check.argument(
          original.length == changed.length,
          "Cannot compare %s with %s: they have %d and %d classes."
              + " Evaluate a network against its own original.",
          before.model(),
          after.model(),
          original.length / count,
          changed.length / count);
      int classes = original.length / count;
      for (int i = 0; i < count; i++) {
        checkLabel(labels[i], classes, before);
        total = total.plus(compare(original, changed, i * classes, classes, labels[i]));
      }
    }
    return total;
  }

  private static void checkLabel(int label, int classes, OnnxSession session) {
    if (label < 0 || label >= classes) {
      throw new UserInputException(
          ("Cannot evaluate %s: a sample's class is %d (label + classOffset), the network has"
                  + " classes 0 to %d. Set preprocess.classOffset in the descriptor, or use labels"
                  + " made for this network.")
              .formatted(session.model(), label, classes - 1));
    }
  }

  private static ShardResult compare(
      float[] original, float[] changed, int offset, int classes, int label) {
    boolean beforeFinite = Logits.finite(original, offset, classes);
    boolean afterFinite = Logits.finite(changed, offset, classes);
    boolean bothFinite = beforeFinite && afterFinite;
    int rankBefore = beforeFinite ? Logits.rank(original, offset, classes, label) : classes + TOP;
    int rankAfter = afterFinite ? Logits.rank(changed, offset, classes, label) : classes + TOP;
    boolean agree =
        bothFinite && Logits.top(original, offset, classes) == Logits.top(changed, offset, classes);
    double kl = bothFinite ? Logits.divergence(original, changed, offset, classes) : 0;
    return new ShardResult(
        1,
        one(rankBefore == 0),
        one(rankAfter == 0),
        one(rankBefore < TOP),
        one(rankAfter < TOP),
        one(agree),
        ShardResult.toUnits(kl),
        one(!bothFinite));
  }

  private static long one(boolean holds) {
    return holds ? 1 : 0;
  }
}
