package org.zoopress.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BytePlanesTest {
  private static byte[] coded(byte[] data, int width, boolean rotated) {
    ByteWriter out = new ByteWriter();
    BytePlanes.encode(out, data, width, rotated);
    return out.toByteArray();
  }

  private static byte[] gaussianFloats(int count, long seed) {
    Random random = new Random(seed);
    ByteBuffer buffer = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      buffer.putFloat((float) (0.05 * random.nextGaussian()));
    }
    return buffer.array();
  }

  @Test
  void anyElementsComeBack() {
    SplittableRandom random = new SplittableRandom(1);
    for (int width : new int[] {1, 2, 4, 8}) {
      for (int count : new int[] {0, 1, 2, 100, 3_000}) {
        for (int kind = 0; kind < 4; kind++) {
          byte[] data = new byte[count * width];
          random.nextBytes(data);
          for (int i = 0; i < data.length; i++) {
            data[i] =
                switch (kind) {
                  case 0 -> data[i]; // noise
                  case 1 -> (byte) (data[i] & 3);
                  case 2 -> (byte) i; // each byte follows from the one before
                  default -> (byte) (i % width == 0 ? 0 : data[i - 1] + 1);
                };
          }
          boolean rotated = random.nextBoolean();
          byte[] bytes = coded(data, width, rotated);
          ByteReader in = new ByteReader(bytes);
          assertThat(BytePlanes.decode(in, count, width, rotated)).isEqualTo(data);
          in.expectEnd();
          assertThat(bytes.length).isLessThanOrEqualTo(data.length + width);
        }
      }
    }
  }

  /** Exponents of Gaussian float32 have 2.55 bits of entropy in a byte of their own. */
  @Test
  void rotationKeepsExponentsTogether() {
    byte[] data = gaussianFloats(100_000, 2);
    int rotated = coded(data, 4, true).length;
    assertThat((double) data.length / rotated).isGreaterThan(1.18);
    assertThat(rotated).isLessThan(coded(data, 4, false).length);
  }

  @Test
  void damagedPlanesGiveOtherValuesOrAreReported() {
    byte[] good = coded(gaussianFloats(2_000, 3), 4, true);
    SplittableRandom random = new SplittableRandom(4);
    for (int trial = 0; trial < 1_000; trial++) {
      byte[] bad = good.clone();
      bad[random.nextInt(trial % 2 == 0 ? 8 : bad.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        assertThat(BytePlanes.decode(new ByteReader(bad), 2_000, 4, true)).hasSize(8_000);
      } catch (CorruptDataException expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
  }

  @Test
  void impossibleInputIsRefused() {
    assertThatThrownBy(() -> coded(new byte[6], 4, false)).hasMessage("6 bytes of width 4");
    assertThatThrownBy(() -> coded(new byte[6], 3, false)).hasMessage("elements of 3 bytes");
    assertThatThrownBy(() -> BytePlanes.decode(new ByteReader(new byte[] {99}), 1, 1, false))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("unknown form 99 of a byte plane");
    assertThatThrownBy(() -> BytePlanes.decode(new ByteReader(new byte[] {5, 0}), 1, 1, false))
        .hasMessage("the highest byte plane refers to a higher one");
    assertThatThrownBy(
            () -> BytePlanes.decode(new ByteReader(new byte[9]), Integer.MAX_VALUE, 8, false))
        .hasMessage("2147483647 elements of 8 bytes");
  }
}
