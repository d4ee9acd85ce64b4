package org.zoopress.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparseIndicesTest {
  private static int[] random(int length, double density, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, length).filter(i -> random.nextDouble() < density).toArray();
  }

  private static byte[] encoded(int[] positions, int length) {
    ByteWriter out = new ByteWriter();
    SparseIndices.encode(out, positions, length);
    return out.toByteArray();
  }

  /** log₂ of the number of ways to choose {@code count} of {@code length} places. */
  private static double entropyBits(int length, int count) {
    double bits = 0;
    for (int i = 0; i < count; i++) {
      bits += Math.log((length - i) / (i + 1.0)) / Math.log(2);
    }
    return bits;
  }

  @ParameterizedTest(name = "density {0} of {1}")
  @CsvSource({
    "0.001, 2359296",
    "0.005, 36864",
    "0.005, 589824",
    "0.05, 9216",
    "0.05, 36864",
    "0.25, 2304",
    "0.25, 36864",
    "0.5, 36864",
    "0.9, 36864",
  })
  void independentPositionsTakeTheirEntropy(double density, int length) {
    int[] positions = random(length, density, 5);
    byte[] stored = encoded(positions, length);
    double bound = entropyBits(length, positions.length) / 8;
    System.out.printf(
        "sparse positions, density %s of %d: %d bytes, %.4f of the entropy%n",
        density, length, stored.length, stored.length / bound);
    assertThat((double) stored.length).isLessThanOrEqualTo(1.02 * bound);
    assertThat(SparseIndices.decode(new ByteReader(stored), positions.length, length))
        .isEqualTo(positions);
  }

  @Test
  void clusteredPositionsTakeLess() {
    int[] positions =
        IntStream.range(0, 64)
            .flatMap(
                row ->
                    Arrays.stream(random(576, row % 2 == 0 ? 0.02 : 0.3, row))
                        .map(i -> row * 576 + i))
            .toArray();
    double bound = entropyBits(64 * 576, positions.length) / 8;
    assertThat((double) encoded(positions, 64 * 576).length).isLessThan(0.95 * bound);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyPositionsSurvive(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int trial = 0; trial < 50; trial++) {
      int length = random.nextInt(1, 1 << random.nextInt(1, 16));
      int[] positions = random(length, random.nextDouble(), random.nextLong());
      byte[] stored = encoded(positions, length);
      ByteReader in = new ByteReader(stored);
      assertThat(SparseIndices.decode(in, positions.length, length)).isEqualTo(positions);
      in.expectEnd();
    }
  }

  @Test
  void extremePositionsSurvive() {
    int length = Integer.MAX_VALUE - 8;
    for (int[] positions : new int[][] {{}, {0}, {length - 1}, {0, 1, length - 2, length - 1}}) {
      byte[] stored = encoded(positions, length);
      assertThat(SparseIndices.decode(new ByteReader(stored), positions.length, length))
          .isEqualTo(positions);
    }
  }

  @Test
  void damagedBytesAreReportedOrGiveOtherPositions() {
    int[] positions = random(4096, 0.1, 9);
    byte[] good = encoded(positions, 4096);
    SplittableRandom random = new SplittableRandom(10);
    for (int trial = 0; trial < 2_000; trial++) {
      byte[] bad = Arrays.copyOf(good, random.nextInt(good.length) + 1);
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        int[] read = SparseIndices.decode(new ByteReader(bad), positions.length, 4096);
        assertThat(read).hasSameSizeAs(positions).isSorted().doesNotHaveDuplicates();
        assertThat(read[read.length - 1]).isLessThan(4096);
      } catch (CorruptDataException expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
  }

  @Test
  void positionsOutOfOrderOrRangeAreRefused() {
    assertThatThrownBy(() -> encoded(new int[] {3, 3}, 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("position 3 after 3 of 9");
    assertThatThrownBy(() -> encoded(new int[] {9}, 9)).hasMessage("position 9 after -1 of 9");
    assertThatThrownBy(() -> SparseIndices.decode(new ByteReader(new byte[] {0}), 10, 9))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("10 positions of 9");
  }
}
