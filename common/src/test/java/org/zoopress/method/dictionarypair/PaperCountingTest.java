package org.zoopress.method.dictionarypair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.method.FactorType;
import org.zoopress.method.Factors;
import org.zoopress.tensor.Shape;

/**
 * The ratios of the paper's counting, from the public shapes of the networks and the block sizes
 * and word counts of the paper.
 */
class PaperCountingTest {
  @Test
  void resNet18IsTwoPointNineSevenTimesSmaller() {
    List<Shape> layers = new ArrayList<>();
    int inputs = 64;
    for (int outputs : new int[] {64, 128, 256, 512}) {
      layers.add(Shape.of(outputs, inputs, 3, 3));
      layers.add(Shape.of(outputs, outputs, 3, 3));
      layers.add(Shape.of(outputs, outputs, 3, 3));
      layers.add(Shape.of(outputs, outputs, 3, 3));
      if (outputs != inputs) {
        layers.add(Shape.of(outputs, inputs, 1, 1));
      }
      inputs = outputs;
    }
    layers.add(Shape.of(1000, 512));
    double ratio =
        ratio(
            Shape.of(64, 3, 7, 7),
            layers,
            new PerLayerKind(288, 64, 512),
            new PerLayerKind(100, 64, 512));
    assertThat(ratio).isCloseTo(2.97, within(0.005));
  }

  @Test
  void vgg16IsFourPointSevenFiveTimesSmaller() {
    List<Shape> layers = new ArrayList<>();
    int inputs = 64;
    for (int outputs : new int[] {64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512}) {
      layers.add(Shape.of(outputs, inputs, 3, 3));
      inputs = outputs;
    }
    layers.add(Shape.of(4096, 512 * 7 * 7));
    layers.add(Shape.of(4096, 4096));
    layers.add(Shape.of(1000, 4096));
    double ratio =
        ratio(
            Shape.of(64, 3, 3, 3),
            layers,
            new PerLayerKind(128, 64, 512),
            new PerLayerKind(96, 64, 160));
    assertThat(ratio).isCloseTo(4.75, within(0.005));
  }

  @Test
  void solvedFactorsCountTheSame() {
    DictionaryPairParams params =
        DictionaryPairParams.DEFAULT
            .withOperatingPoints(new OperatingPoint.Words(new PerLayerKind(30, 7, 9)))
            .withFactorTypes(FactorType.F16);
    PerLayerKind words = new PerLayerKind(30, 7, 9);
    // Of 8 columns no block has a rank above 8: stored are 8 words, the paper's count is 30.
    for (Shape shape : List.of(Shape.of(8, 70, 3, 3), Shape.of(50, 100, 1, 1), Shape.of(40, 600))) {
      DictionaryPairFactors factors =
          new DictionaryPair().solve(Weights.gaussian(shape, 1, 1), params, 1).get(0);
      long expected = PaperCounting.bytes(shape, params.blockRows(), words);
      assertThat(factors.paperBytes()).isEqualTo(expected);
      ByteWriter out = new ByteWriter();
      factors.write(out);
      Factors read = new DictionaryPair().read(new ByteReader(out.toByteArray()), List.of(shape));
      assertThat(read.paperBytes()).as("after reading").isEqualTo(expected);
    }
  }

  /** Weights as float32 over the paper's bytes; the first convolution stays as it is. */
  private static double ratio(
      Shape raw, List<Shape> layers, PerLayerKind blockRows, PerLayerKind words) {
    double before = 4.0 * raw.elements();
    double after = before;
    for (Shape layer : layers) {
      before += 4.0 * layer.elements();
      after += PaperCounting.bytes(layer, blockRows, words);
    }
    return before / after;
  }
}
