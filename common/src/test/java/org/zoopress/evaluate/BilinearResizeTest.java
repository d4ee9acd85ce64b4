package org.zoopress.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BilinearResizeTest {
  private static RawSample noise(SplittableRandom random, int height, int width) {
    byte[] pixels = new byte[2 * height * width];
    random.nextBytes(pixels);
    return new RawSample(pixels, 2, height, width, 7);
  }

  /** The definition, two-dimensional and without rounding between the directions. */
  private static double reference(RawSample in, int c, int y, int x, int height, int width) {
    double scaleY = (double) in.height / height;
    double scaleX = (double) in.width / width;
    double sum = 0;
    double weights = 0;
    for (int v = 0; v < in.height; v++) {
      for (int u = 0; u < in.width; u++) {
        double dy = Math.abs(v + 0.5 - (y + 0.5) * scaleY) / Math.max(1, scaleY);
        double dx = Math.abs(u + 0.5 - (x + 0.5) * scaleX) / Math.max(1, scaleX);
        double weight = Math.max(0, 1 - dy) * Math.max(0, 1 - dx);
        weights += weight;
        sum += weight * (in.pixels[(c * in.height + v) * in.width + u] & 0xFF);
      }
    }
    return sum / weights;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void isTheDefinitionUpToTwoRoundings(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    RawSample in = noise(random, random.nextInt(1, 20), random.nextInt(1, 20));
    int height = random.nextInt(1, 30);
    int width = random.nextInt(1, 30);
    RawSample out = BilinearResize.apply(in, height, width);
    assertThat(new int[] {out.channels, out.height, out.width, out.label})
        .containsExactly(2, height, width, 7);
    for (int c = 0; c < 2; c++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          double found = out.pixels[(c * height + y) * width + x] & 0xFF;
          assertThat(Math.abs(found - reference(in, c, y, x, height, width)))
              .isLessThanOrEqualTo(1.0 + 1e-9);
        }
      }
    }
  }

  @Test
  void keepsConstantImagesAndTheirSize() {
    byte[] white = new byte[2 * 5 * 7];
    Arrays.fill(white, (byte) 255);
    RawSample in = new RawSample(white, 2, 5, 7, 0);
    assertThat(BilinearResize.apply(in, 5, 7)).isSameAs(in);
    assertThat(BilinearResize.apply(in, 3, 11).pixels).containsOnly((byte) 255);
  }
}
