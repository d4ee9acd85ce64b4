package org.zoopress.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntegerCoderTest {
  private static byte[] coded(int[] values, IntegerLayout layout, Trellis trellis) {
    ByteWriter out = new ByteWriter();
    IntegerCoder.encode(out, values, layout, trellis);
    return out.toByteArray();
  }

  private static int[] gaussian(int count, double deviation, long seed) {
    Random random = new Random(seed);
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] = (int) Math.rint(deviation * random.nextGaussian());
    }
    return values;
  }

  private static double entropyBits(int[] values) {
    int[] sorted = values.clone();
    Arrays.sort(sorted);
    double bits = 0;
    for (int i = 0; i < sorted.length; ) {
      int j = i;
      while (j < sorted.length && sorted[j] == sorted[i]) {
        j++;
      }
      bits -= (j - i) * Math.log((j - i) / (double) sorted.length) / Math.log(2);
      i = j;
    }
    return bits;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19})
  void anyIntegersInAnyLayoutComeBack(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int group = random.nextInt(1, 60);
    IntegerLayout layout = new IntegerLayout(group * random.nextInt(1, 30), group);
    int[] values = new int[random.nextInt(5_000)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt() >> random.nextInt(32);
    }
    for (IntegerLayout positions : List.of(layout, layout.ofFrequencies())) {
      ByteReader in = new ByteReader(coded(values, positions, Trellis.NONE));
      assertThat(IntegerCoder.decode(in, values.length, positions)).isEqualTo(values);
      in.expectEnd();
    }
  }

  /** Five frequencies of different spread: the contexts find out which is which. */
  @Test
  void frequenciesOfDifferentSpreadCostLittleMoreThanTheirEntropySeed3() {
    int[] values = new int[100_000];
    double ideal = 0;
    for (int f = 0; f < 5; f++) {
      int[] own = gaussian(values.length / 5, 0.2 * (1 << f), 3 + f);
      for (int k = 0; k < own.length; k++) {
        values[5 * k + f] = own[k];
      }
      ideal += entropyBits(own);
    }
    byte[] bytes = coded(values, new IntegerLayout(500, 5).ofFrequencies(), Trellis.NONE);
    assertThat(8.0 * bytes.length).isLessThan(1.02 * ideal);
  }

  @Test
  void extremeIntegersComeBack() {
    int[] values = {Integer.MIN_VALUE, Integer.MAX_VALUE, 0, -1, 1, Integer.MIN_VALUE + 1};
    byte[] bytes = coded(values, IntegerLayout.SEQUENCE, Trellis.NONE);
    assertThat(IntegerCoder.decode(new ByteReader(bytes), 6, IntegerLayout.SEQUENCE))
        .isEqualTo(values);
  }

  @ParameterizedTest
  @EnumSource(Trellis.class)
  void pathsThroughATrellisComeBack(Trellis trellis) {
    int[] indices = gaussian(20_000, 1.5, 1);
    int[] points = new int[indices.length];
    int state = 0;
    for (int i = 0; i < points.length; i++) {
      points[i] = trellis.point(state, indices[i]);
      assertThat(trellis.index(state, points[i])).isEqualTo(indices[i]);
      state = trellis.next(state, indices[i]);
      assertThat(state).isBetween(0, trellis.states() - 1);
    }
    IntegerLayout layout = new IntegerLayout(90, 9);
    byte[] bytes = coded(points, layout, trellis);
    assertThat(IntegerCoder.decode(new ByteReader(bytes), points.length, layout, trellis))
        .isEqualTo(points);
  }

  @Test
  void segmentsStandAlone() {
    int[] values = gaussian(2 * IntegerCoder.SEGMENT + 1_000, 2, 2);
    IntegerLayout layout = new IntegerLayout(9 * 64, 9);
    int length = IntegerCoder.segmentLength(layout);
    byte[] bytes = coded(values, layout, Trellis.NONE);
    ByteReader in = new ByteReader(bytes);
    int first = in.readVarint(bytes.length, "length");
    int second = in.readVarint(bytes.length, "length");
    in.readVarint(bytes.length, "length");
    in.readBytes(first);
    // The second segment read as a stream of its own.
    ByteWriter alone = new ByteWriter();
    alone.writeBlob(in.readBytes(second));
    // Its rows start at another column, which only the sizes of contexts would notice.
    assertThat(length % layout.groupLength()).isZero();
    assertThat(IntegerCoder.decode(new ByteReader(alone.toByteArray()), length, layout))
        .isEqualTo(Arrays.copyOfRange(values, length, 2 * length));
  }

  /** Learning and forgetting cost a little; independent integers have nothing to predict. */
  @ParameterizedTest(name = "deviation {0}")
  @ValueSource(doubles = {0.3, 0.6, 1.2, 3, 10, 100})
  void independentIntegersNeedLittleMoreThanTheirEntropy(double deviation) {
    int[] values = gaussian(200_000, deviation, 3);
    for (int group : new int[] {1, 9}) {
      byte[] bytes = coded(values, new IntegerLayout(576, group), Trellis.NONE);
      assertThat(8.0 * bytes.length).isLessThan(1.012 * entropyBits(values));
    }
  }

  /** Rows of very different spread: a single histogram would pay for the mixture. */
  @Test
  void spreadOfARowIsLearnt() {
    int[] values = new int[256 * 256];
    for (int row = 0; row < 256; row++) {
      int[] own = gaussian(256, row % 2 == 0 ? 0.5 : 8, row);
      System.arraycopy(own, 0, values, row * 256, 256);
    }
    int[] narrow = gaussian(1 << 15, 0.5, 1);
    int[] wide = gaussian(1 << 15, 8, 2);
    double separate = entropyBits(narrow) + entropyBits(wide);
    byte[] bytes = coded(values, IntegerLayout.matrix(256), Trellis.NONE);
    assertThat(8.0 * bytes.length).isLessThan(0.9 * entropyBits(values));
    assertThat(8.0 * bytes.length).isLessThan(1.03 * separate);
  }

  /** Kernels whose positions are correlated: x_p = 0.9 x_{p−1} + noise. */
  @Test
  void correlationInsideOfAGroupIsLearnt() {
    Random random = new Random(4);
    int[] values = new int[9 * 16_384];
    double x = 0;
    for (int i = 0; i < values.length; i++) {
      double noise = random.nextGaussian();
      x = i % 9 == 0 ? noise : 0.9 * x + Math.sqrt(1 - 0.81) * noise;
      values[i] = (int) Math.rint(8 * x);
    }
    // Ideal prediction removes half of log₂(1/(1 − 0.81)) = 1.2 bits from eight of nine positions.
    double gain = 8 / 9.0 * 0.5 * Math.log(1 / (1 - 0.81)) / Math.log(2);
    double independent = entropyBits(values) / values.length;
    byte[] bytes = coded(values, new IntegerLayout(9 * 64, 9), Trellis.NONE);
    assertThat(8.0 * bytes.length / values.length).isLessThan(independent - 0.75 * gain);
  }

  @Test
  void constantsAndZerosNeedAlmostNothing() {
    assertThat(coded(new int[100_000], IntegerLayout.matrix(100), Trellis.NONE))
        .hasSizeLessThan(40);
    int[] sevens = new int[100_000];
    Arrays.fill(sevens, 7);
    assertThat(coded(sevens, IntegerLayout.matrix(100), Trellis.NONE)).hasSizeLessThan(250);
    assertThat(coded(new int[0], IntegerLayout.SEQUENCE, Trellis.NONE)).isEmpty();
  }

  @Test
  void damagedStreamsGiveOtherValuesOrAreReported() {
    SplittableRandom random = new SplittableRandom(6);
    IntegerLayout layout = new IntegerLayout(180, 9);
    byte[] good = coded(gaussian(3_600, 2, 5), layout, Trellis.NONE);
    for (int trial = 0; trial < 500; trial++) {
      byte[] bad =
          Arrays.copyOf(good, good.length - (trial % 3 == 0 ? random.nextInt(good.length) : 0));
      if (bad.length > 0) {
        bad[random.nextInt(trial % 2 == 0 ? Math.min(8, bad.length) : bad.length)] =
            (byte) random.nextInt();
      }
      Trellis trellis = Trellis.values()[trial % Trellis.values().length];
      try {
        assertThat(IntegerCoder.decode(new ByteReader(bad), 3_600, layout, trellis)).hasSize(3_600);
      } catch (CorruptDataException expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
  }

  @Test
  void impossibleCountsAreRefusedBeforeAllocation() {
    assertThatThrownBy(
            () ->
                IntegerCoder.decode(
                    new ByteReader(new byte[10]), Integer.MAX_VALUE, IntegerLayout.SEQUENCE))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("8192 segments of integers in 10 bytes");
    assertThatThrownBy(() -> Trellis.ofCode(77))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("unknown trellis 77");
    assertThatThrownBy(() -> new IntegerLayout(3, 9)).hasMessage("rows of 3, groups of 9");
  }

  @Test
  void readStreamCutsOutExactlyOneStream() {
    int[] values = gaussian(5_000, 2, 8);
    IntegerLayout layout = IntegerLayout.matrix(50);
    byte[] stream = coded(values, layout, Trellis.NONE);
    ByteWriter out = new ByteWriter();
    out.writeBytes(stream);
    out.writeByte(123);
    ByteReader in = new ByteReader(out.toByteArray());
    assertThat(IntegerCoder.readStream(in, values.length, layout)).isEqualTo(stream);
    assertThat(in.readByte()).isEqualTo(123);
  }
}
