package org.zoopress.datasets.glyph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zoopress.error.UserInputException;

class GlyphGeneratorTest {
  private static final int AREA = GlyphGenerator.SIDE * GlyphGenerator.SIDE;

  private final GlyphGenerator generator = new GlyphGenerator(17, GlyphStyle.STANDARD);

  /** Golden: the shipped networks and test set belong to these very pixels. */
  @Test
  void firstSamplesOfSeed17AreThoseOfTheFirstRelease() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (Split split : Split.values()) {
      for (int i = 0; i < 100; i++) {
        digest.update(generator.sample(split, i).pixels());
      }
    }
    assertThat(HexFormat.of().formatHex(digest.digest()))
        .isEqualTo("a8f35aeb4e5a5bbde81d57ffcb8960e1b2851187fec326b274d3cd8ba4a6fff7");
  }

  @Test
  void aSampleDoesNotDependOnWhatWasDrawnBefore() {
    byte[] alone = new GlyphGenerator(17, GlyphStyle.STANDARD).sample(Split.TEST, 41).pixels();
    IntStream.range(0, 41).forEach(i -> generator.sample(Split.TEST, i));
    assertThat(generator.sample(Split.TEST, 41).pixels()).isEqualTo(alone);
  }

  @Test
  void everyPrefixIsBalanced() {
    int[] counts = new int[GlyphGenerator.CLASSES];
    for (int i = 0; i < 1005; i++) {
      counts[generator.sample(Split.TRAINING, i).label()]++;
    }
    assertThat(Glyph.values()).hasSize(GlyphGenerator.CLASSES);
    assertThat(counts).containsExactly(101, 101, 101, 101, 101, 100, 100, 100, 100, 100);
  }

  @Test
  void imagesOfSplitsSeedsAndIndicesAllDiffer() {
    Set<Integer> hashes = new HashSet<>();
    GlyphGenerator other = new GlyphGenerator(18, GlyphStyle.STANDARD);
    for (Split split : Split.values()) {
      for (int i = 0; i < 500; i++) {
        hashes.add(Arrays.hashCode(generator.sample(split, i).pixels()));
        hashes.add(Arrays.hashCode(other.sample(split, i).pixels()));
      }
    }
    assertThat(hashes).hasSize(2 * Split.values().length * 500);
  }

  @Test
  void pixelsTakeSixteenGreyLevelsAndUseBothEnds() {
    Set<Integer> levels = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      for (byte pixel : generator.sample(Split.TRAINING, i).pixels()) {
        levels.add(pixel & 0xff);
      }
    }
    assertThat(levels)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, GlyphGenerator.GREY_LEVELS).mapToObj(k -> 17 * k).toList());
  }

  /** Ten class means tell far less than a network: the task is not solved by template matching. */
  @Test
  void theNearestClassMeanIsRightInLessThanTwoThirds() {
    double[][] means = new double[GlyphGenerator.CLASSES][AREA];
    for (int i = 0; i < 5000; i++) {
      LabelledImage image = generator.sample(Split.TRAINING, i);
      for (int p = 0; p < AREA; p++) {
        means[image.label()][p] += (image.pixels()[p] & 0xff) / 500.0;
      }
    }
    int right = 0;
    for (int i = 0; i < 1000; i++) {
      LabelledImage image = generator.sample(Split.VALIDATION, i);
      right += nearest(means, image.pixels()) == image.label() ? 1 : 0;
    }
    assertThat(right).isBetween(150, 667);
  }

  private static int nearest(double[][] means, byte[] pixels) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < means.length; k++) {
      double distance = 0;
      for (int p = 0; p < AREA; p++) {
        double difference = (pixels[p] & 0xff) - means[k][p];
        distance += difference * difference;
      }
      if (distance < least) {
        least = distance;
        best = k;
      }
    }
    return best;
  }

  /** Strokes must stay in the square that poses scale, or glyphs leave the image. */
  @ParameterizedTest
  @EnumSource(Glyph.class)
  void strokesStayInTheirSquare(Glyph glyph) {
    assertThat(glyph.strokes())
        .flatExtracting(Stroke::points)
        .allMatch(p -> Math.abs(p.x()) <= 1 && Math.abs(p.y()) <= 1);
  }

  @Test
  void refusesNegativeIndices() {
    assertThatThrownBy(() -> generator.sample(Split.TEST, -1))
        .isInstanceOf(UserInputException.class)
        .hasMessage("Cannot draw glyph -1 of TEST: the index is negative. Count samples from 0.");
  }

  @Test
  void refusesStylesThatCannotBeDrawn() {
    assertThatThrownBy(() -> new GlyphStyle(0, 9, 15, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0))
        .hasMessage(
            "Cannot use glyph sizes 9.0 to 15.0: they must be above 0, in order and at most 14. "
                + "Choose sizes that fit the image.");
    assertThatThrownBy(() -> new GlyphStyle(0, 9, 9, 0, 0, 0, 1, 1, 1, 0, 0.5, 0, 0))
        .hasMessage("Cannot use blur=0.5: it must be in [0, 1/3]. Choose a smaller weight.");
  }
}
