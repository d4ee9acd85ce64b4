package org.zoopress.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangeCoderTest {
  private static final int FAST = 5;
  private static final int SLOW = 8;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
  void mixedDecisionsComeBack(long seed) {
    SplittableRandom shape = new SplittableRandom(seed);
    int count = shape.nextInt(1 << shape.nextInt(1, 16));
    double ones = shape.nextDouble();
    SplittableRandom random = new SplittableRandom(seed);
    RangeEncoder encoder = new RangeEncoder();
    BitModels models = new BitModels(3, FAST, SLOW);
    for (int i = 0; i < count; i++) {
      int direct = random.nextInt(17);
      encoder.encode(models, random.nextInt(3), random.nextDouble() < ones ? 1 : 0);
      encoder.encodeDirect(random.nextInt(1 << 16), direct);
    }
    RangeDecoder decoder = new RangeDecoder(encoder.finish());
    random = new SplittableRandom(seed);
    models = new BitModels(3, FAST, SLOW);
    for (int i = 0; i < count; i++) {
      int direct = random.nextInt(17);
      int context = random.nextInt(3);
      int bit = random.nextDouble() < ones ? 1 : 0;
      assertThat(decoder.decode(models, context)).isEqualTo(bit);
      int bits = random.nextInt(1 << 16) & ((1 << direct) - 1);
      assertThat(decoder.decodeDirect(direct)).isEqualTo(bits);
    }
  }

  /** Long runs of the likely bit leave low just below a carry: the case that coders get wrong. */
  @Test
  void carriesRunBackThroughManyBytes() {
    SplittableRandom random = new SplittableRandom(1);
    for (int trial = 0; trial < 2_000; trial++) {
      int[] bits = new int[400];
      int run = random.nextInt(400);
      for (int i = 0; i < bits.length; i++) {
        bits[i] = i < run ? (i & 1) : random.nextInt(2);
      }
      RangeEncoder encoder = new RangeEncoder();
      for (int bit : bits) {
        encoder.encodeDirect(-bit, 16); // all ones: low climbs to the top of the interval
        encoder.encodeDirect(bit, 1);
      }
      RangeDecoder decoder = new RangeDecoder(encoder.finish());
      for (int bit : bits) {
        assertThat(decoder.decodeDirect(16)).isEqualTo(-bit & 0xFFFF);
        assertThat(decoder.decodeDirect(1)).isEqualTo(bit);
      }
    }
  }

  @ParameterizedTest(name = "probability {0}")
  @ValueSource(doubles = {0.5, 0.1, 0.01, 0.002})
  void sizeIsNearTheEntropy(double p) {
    SplittableRandom random = new SplittableRandom(7);
    RangeEncoder encoder = new RangeEncoder();
    BitModels models = new BitModels(1, BitModels.SLOWEST, BitModels.SLOWEST);
    int count = 1_000_000;
    int ones = 0;
    for (int i = 0; i < count; i++) {
      int bit = random.nextDouble() < p ? 1 : 0;
      ones += bit;
      encoder.encode(models, 0, bit);
    }
    double f = ones / (double) count;
    double entropy = -(f * Math.log(f) + (1 - f) * Math.log(1 - f)) / Math.log(2);
    // An estimate that forgets at rate α costs α/4 nats a decision more than the truth.
    double forgetting = Math.pow(2, -BitModels.SLOWEST) / 4 / Math.log(2);
    assertThat(8.0 * encoder.finish().length / count)
        .isCloseTo(entropy + forgetting, within(0.0006));
  }

  @Test
  void oneContextFollowsADriftFasterWithItsFastEstimate() {
    byte[][] coded = new byte[2][];
    int[][] shifts = {{4, 7}, {10, 10}};
    for (int k = 0; k < 2; k++) {
      SplittableRandom random = new SplittableRandom(3);
      RangeEncoder encoder = new RangeEncoder();
      BitModels models = new BitModels(1, shifts[k][0], shifts[k][1]);
      for (int i = 0; i < 200_000; i++) {
        double p = i / 500 % 2 == 0 ? 0.05 : 0.95;
        encoder.encode(models, 0, random.nextDouble() < p ? 1 : 0);
      }
      coded[k] = encoder.finish();
    }
    assertThat(coded[0].length).isLessThan(coded[1].length / 2);
  }

  @Test
  void emptyStreamsAndZerosNeedNoBytes() {
    assertThat(new RangeEncoder().finish()).isEmpty();
    RangeEncoder encoder = new RangeEncoder();
    BitModels models = new BitModels(1, FAST, SLOW);
    for (int i = 0; i < 1000; i++) {
      encoder.encode(models, 0, 1);
    }
    assertThat(encoder.finish().length).isLessThan(4);
  }

  @Test
  void anyBytesDecodeToSomethingOrAreReported() {
    SplittableRandom random = new SplittableRandom(5);
    for (int trial = 0; trial < 500; trial++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      if (trial % 5 == 0) {
        java.util.Arrays.fill(bytes, (byte) 0xFF);
      }
      BitModels models = new BitModels(2, FAST, SLOW);
      try {
        RangeDecoder decoder = new RangeDecoder(bytes);
        for (int i = 0; i < 2_000; i++) {
          assertThat(decoder.decode(models, i & 1)).isBetween(0, 1);
          int width = i % 17;
          assertThat(decoder.decodeDirect(width)).isBetween(0, (1 << width) - 1);
        }
      } catch (CorruptDataException expected) {
        assertThat(expected).hasMessageStartingWith("range coded bytes");
      }
    }
  }
}
