package org.zoopress.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.error.BadModelException;
import org.zoopress.error.UserInputException;
import org.zoopress.metric.Logits;

class OnnxEvaluatorTest {
  private static final SampleShape SHAPE = new SampleShape(1, 1, 2, PixelLayout.NCHW);

  /** Logits are the two pixels and their sum. */
  private static final float[] WEIGHTS = {1, 0, 1, 0, 1, 1};

  /** Samples given as arrays. */
  private record Samples(SampleShape shape, float[][] pixels, int[] labels, int[] next)
      implements SampleBatchSource {
    Samples(SampleShape shape, float[][] pixels, int[] labels) {
      this(shape, pixels, labels, new int[1]);
    }

    @Override
    public int read(FloatBuffer target, int[] classes) {
      int count = Math.min(classes.length, labels.length - next[0]);
      for (int i = 0; i < count; i++) {
        target.put(pixels[next[0]]);
        classes[i] = labels[next[0]++];
      }
      return count;
    }

    @Override
    public void close() {}
  }

  private static Samples samples(int[] labels, float[]... pixels) {
    return new Samples(SHAPE, pixels, labels);
  }

  private static OnnxSession linear(long batch, float... weights) {
    return OnnxSession.ofBytes("tiny", TinyOnnx.linear(new long[] {batch, 1, 1, 2}, 2, weights));
  }

  private static Samples randomSamples(int count) {
    SplittableRandom random = new SplittableRandom(11);
    float[][] pixels = new float[count][2];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      pixels[i][0] = (float) (2 * random.nextDouble() - 1);
      pixels[i][1] = (float) (2 * random.nextDouble() - 1);
      labels[i] = random.nextInt(3);
    }
    return new Samples(SHAPE, pixels, labels);
  }

  @Test
  void countsByHand() throws IOException {
    // Scores before: (2, -1, 1), (-1, 3, 2), (-1, -2, -3). After, with the first two swapped.
    Samples shard =
        samples(
            new int[] {0, 1, 2}, new float[] {2, -1}, new float[] {-1, 3}, new float[] {-1, -2});
    try (OnnxSession before = linear(TinyOnnx.FREE, WEIGHTS);
        OnnxSession after = linear(TinyOnnx.FREE, 0, 1, 1, 1, 0, 1)) {
      ShardResult result = OnnxEvaluator.evaluate(before, after, shard);
      double kl = 0;
      for (float[] p : new float[][] {{2, -1, 1}, {-1, 3, 2}, {-1, -2, -3}}) {
        kl += Logits.divergence(p, new float[] {p[1], p[0], p[2]}, 0, 3);
      }
      assertThat(result).isEqualTo(new ShardResult(3, 2, 0, 3, 3, 0, result.klUnits(), 0));
      assertThat(result.meanKl()).isCloseTo(kl / 3, within(1e-9));
      assertThat(before.inferenceNanoseconds()).isPositive();
    }
  }

  @Test
  void aNetworkAgreesWithItself() throws IOException {
    try (OnnxSession session = linear(TinyOnnx.FREE, WEIGHTS)) {
      ShardResult result = OnnxEvaluator.evaluate(session, session, randomSamples(300));
      assertThat(result.samples()).isEqualTo(300);
      assertThat(result.agreement().share()).isEqualTo(1);
      assertThat(result.meanKl()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 7, 300})
  void fixedBatchesGiveTheCountsOfFreeOnes(long batch) throws IOException {
    try (OnnxSession free = linear(TinyOnnx.FREE, WEIGHTS);
        OnnxSession freeAfter = linear(TinyOnnx.FREE, 1, 0, 1.5f, 0, 1, 1);
        OnnxSession fixed = linear(batch, WEIGHTS);
        OnnxSession fixedAfter = linear(batch, 1, 0, 1.5f, 0, 1, 1)) {
      assertThat(OnnxEvaluator.evaluate(fixed, fixedAfter, randomSamples(200)))
          .isEqualTo(OnnxEvaluator.evaluate(free, freeAfter, randomSamples(200)));
    }
  }

  @Test
  void softmaxAtTheEndDoesNotChangeTheDivergence() throws IOException {
    float[] after = {1, 0, 1.5f, 0, 1, 1};
    long[] shape = {TinyOnnx.FREE, 1, 1, 2};
    try (OnnxSession logits = linear(TinyOnnx.FREE, WEIGHTS);
        OnnxSession logitsAfter = linear(TinyOnnx.FREE, after);
        OnnxSession shares =
            OnnxSession.ofBytes("tiny", TinyOnnx.linear(shape, 2, WEIGHTS, "Softmax"));
        OnnxSession sharesAfter =
            OnnxSession.ofBytes("tiny", TinyOnnx.linear(shape, 2, after, "Softmax"))) {
      ShardResult plain = OnnxEvaluator.evaluate(logits, logitsAfter, randomSamples(50));
      ShardResult softmax = OnnxEvaluator.evaluate(shares, sharesAfter, randomSamples(50));
      assertThat(plain.meanKl()).isPositive();
      assertThat(softmax.meanKl()).isCloseTo(plain.meanKl(), within(1e-6));
      assertThat(softmax.correctAfter()).isEqualTo(plain.correctAfter());
    }
  }

  @Test
  void outputsThatAreNotFiniteAreNoAnswers() throws IOException {
    try (OnnxSession before = linear(TinyOnnx.FREE, WEIGHTS);
        OnnxSession broken = linear(TinyOnnx.FREE, Float.NaN, 0, 1, 0, 1, 1)) {
      ShardResult result = OnnxEvaluator.evaluate(before, broken, randomSamples(10));
      assertThat(result.nonFinite()).isEqualTo(10);
      assertThat(result.correctAfter()).isZero();
      assertThat(result.topFiveAfter()).isZero();
      assertThat(result.agreeing()).isZero();
      assertThat(result.klUnits()).isZero();
      assertThat(result.meanKl()).isNaN();
      assertThat(result.topFiveBefore()).isEqualTo(10);
    }
  }

  @Test
  void networksThatFlattenOutsideTheirGraphTakeRows() throws IOException {
    byte[] onnx = TinyOnnx.linear(new long[] {TinyOnnx.FREE, 2}, 2, WEIGHTS);
    try (OnnxSession rows = OnnxSession.ofBytes("rows", onnx);
        OnnxSession images = linear(TinyOnnx.FREE, WEIGHTS)) {
      assertThat(OnnxEvaluator.evaluate(images, rows, randomSamples(20)).agreeing()).isEqualTo(20);
    }
  }

  /** Up to IR version 3 every initializer had to be listed as an input too. */
  @Test
  void initializersListedAsInputsAreNoInputs() {
    byte[] onnx =
        new TinyOnnx()
            .input("images", TinyOnnx.FLOAT, TinyOnnx.FREE, 2)
            .input("W", TinyOnnx.FLOAT, 2, 3)
            .initializer("W", WEIGHTS, 2, 3)
            .node("MatMul", "scores", "images", "W")
            .output("scores", TinyOnnx.FLOAT)
            .bytes();
    try (OnnxSession session = OnnxSession.ofBytes("old", onnx)) {
      assertThat(session.logits(FloatBuffer.wrap(new float[] {4, 5}), 1, SHAPE))
          .containsExactly(4, 5, 9);
    }
  }

  @Test
  void loadsFromAFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("tiny.onnx");
    Files.write(file, TinyOnnx.linear(new long[] {1, 1, 1, 2}, 2, WEIGHTS));
    try (OnnxSession session = OnnxSession.ofFile(file)) {
      assertThat(session.logits(FloatBuffer.wrap(new float[] {4, 5}), 1, SHAPE))
          .containsExactly(4, 5, 9);
    }
  }

  @Test
  void samplesThatDoNotFitAreTold() {
    try (OnnxSession session = linear(TinyOnnx.FREE, WEIGHTS)) {
      SampleShape photograph = new SampleShape(3, 224, 224, PixelLayout.NHWC);
      assertThat(session.mismatch(SHAPE)).isEmpty();
      assertThat(session.mismatch(photograph))
          .contains("its input 'images' is [-1, 1, 1, 2], the samples are 224x224x3 (nhwc)");
      assertThatThrownBy(() -> session.logits(FloatBuffer.allocate(150528), 1, photograph))
          .isInstanceOf(UserInputException.class)
          .hasMessage(
              "Cannot run tiny: its input 'images' is [-1, 1, 1, 2], the samples are 224x224x3"
                  + " (nhwc). Use a data set made for it, or set crop and layout in the"
                  + " descriptor's preprocess.");
    }
    try (OnnxSession session = linear(1L << 40, WEIGHTS)) {
      assertThat(session.mismatch(SHAPE))
          .contains("its input 'images' has a fixed batch of 1099511627776 samples");
    }
  }

  @Test
  void labelsThatAreNoClassesAreTold() {
    try (OnnxSession session = linear(TinyOnnx.FREE, WEIGHTS)) {
      for (int label : new int[] {3, -1}) {
        assertThatThrownBy(
                () ->
                    OnnxEvaluator.evaluate(
                        session, session, samples(new int[] {label}, new float[] {1, 2})))
            .isInstanceOf(UserInputException.class)
            .hasMessage(
                "Cannot evaluate tiny: a sample's class is "
                    + label
                    + " (label + classOffset), the network has classes 0 to 2. Set"
                    + " preprocess.classOffset in the descriptor, or use labels made for this"
                    + " network.");
      }
    }
  }

  @Test
  void networksOfOtherClassesCannotBeCompared() {
    try (OnnxSession three = linear(TinyOnnx.FREE, WEIGHTS);
        OnnxSession two = linear(TinyOnnx.FREE, 1, 0, 0, 1)) {
      assertThatThrownBy(() -> OnnxEvaluator.evaluate(three, two, randomSamples(5)))
          .isInstanceOf(UserInputException.class)
          .hasMessage(
              "Cannot compare tiny with tiny: they have 3 and 2 classes."
                  + " Evaluate a network against its own original.");
    }
  }

  @Test
  void modelsThatAreNoClassifiersAreTold() {
    byte[] twoInputs =
        new TinyOnnx()
            .input("a", TinyOnnx.FLOAT, 1, 2)
            .input("b", TinyOnnx.FLOAT, 1, 2)
            .node("Add", "c", "a", "b")
            .output("c", TinyOnnx.FLOAT)
            .bytes();
    assertThatThrownBy(() -> OnnxSession.ofBytes("adder", twoInputs))
        .isInstanceOf(BadModelException.class)
        .hasMessage(
            "Cannot read adder: it has 2 inputs [a, b], an image classifier has one."
                + " Leave it out of the evaluation by the descriptor's models.");
    byte[] doubles =
        new TinyOnnx()
            .input("a", TinyOnnx.DOUBLE, 1, 2)
            .node("Neg", "b", "a")
            .output("b", TinyOnnx.DOUBLE)
            .bytes();
    assertThatThrownBy(() -> OnnxSession.ofBytes("negator", doubles))
        .isInstanceOf(BadModelException.class)
        .hasMessageStartingWith("Cannot read negator: its input 'a' is TensorInfo(javaType=DOUBLE")
        .hasMessageContaining("not a float32 tensor");
    assertThatThrownBy(() -> OnnxSession.ofBytes("page", "<html>".repeat(50).getBytes()))
        .isInstanceOf(BadModelException.class)
        .hasMessageStartingWith("Cannot read page: ONNX Runtime refuses it (")
        .hasMessageEndingWith(
            "Check that it is a complete ONNX file, with its external data beside it.");
    assertThatThrownBy(() -> OnnxSession.ofFile(Path.of("absent.onnx")))
        .isInstanceOf(BadModelException.class)
        .hasMessageStartingWith("Cannot read absent.onnx: ONNX Runtime refuses it (");
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {0, 1, 2, 3})
  void resultsAddUpInAnyOrderAndGrouping(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ShardResult[] shards = new ShardResult[9];
    Arrays.setAll(
        shards,
        i -> new ShardResult(9, 8, 7, 9, 9, 6, ShardResult.toUnits(random.nextDouble()), 0));
    ShardResult forward = ShardResult.EMPTY;
    ShardResult backward = ShardResult.EMPTY;
    for (int i = 0; i < shards.length; i++) {
      forward = forward.plus(shards[i]);
      backward = shards[shards.length - 1 - i].plus(backward);
    }
    ShardResult grouped = shards[0].plus(shards[1]).plus(shards[2].plus(shards[3]).plus(shards[4]));
    grouped = grouped.plus(shards[5].plus(shards[6]).plus(shards[7].plus(shards[8])));
    assertThat(forward).isEqualTo(backward).isEqualTo(grouped);
    assertThat(forward.top1Before().correct()).isEqualTo(72);
    assertThat(forward.top5After().samples()).isEqualTo(81);
  }

  @Test
  void divergencesSaturate() {
    ShardResult endless =
        new ShardResult(1, 0, 0, 0, 0, 0, ShardResult.toUnits(Double.MAX_VALUE), 0);
    assertThat(endless.plus(endless).klUnits()).isEqualTo(Long.MAX_VALUE);
    assertThat(ShardResult.EMPTY.meanKl()).isNaN();
  }
}
