package org.zoopress.method.additive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.zoopress.method.additive.CodebookGroups.Layer;

/** Planted groups are found where they pay, and only there. */
class CodebookGroupsTest {
  private static final int D = 4;
  private static final SharedShape SHAPE = new SharedShape(new CodeShape(2, 16, D), 0.1);

  /** Vectors with correlated neighbours, standard deviation 1. */
  private static Layer correlated(double correlation, int kernel, int vectors, long seed) {
    float[] noise = TestVectors.gaussian(vectors, D, seed);
    for (int i = 0; i < noise.length; i++) {
      if (i % D > 0) {
        noise[i] =
            (float)
                (correlation * noise[i - 1] + Math.sqrt(1 - correlation * correlation) * noise[i]);
      }
    }
    return Layer.of(kernel, noise, D);
  }

  private static List<Layer> planted(double... correlations) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < correlations.length; i++) {
      layers.add(correlated(correlations[i], 9, 2000, 100 + i));
    }
    return layers;
  }

  @Test
  void momentsAreThoseOfTheVectors() {
    Layer layer = Layer.of(9, new float[] {1, 2, 3, 4}, 2);
    assertThat(layer.secondMoments()).containsExactly(5, 7, 7, 10);
    assertThat(layer.vectors()).isEqualTo(2);
  }

  @Test
  void layersAlikeShareOneGroup() {
    assertThat(CodebookGroups.of(planted(0.5, 0.5, 0.5, 0.5), SHAPE, 500)).containsOnly(0);
  }

  @Test
  void plantedGroupsAreFound() {
    assertThat(CodebookGroups.of(planted(0.9, 0, 0.9, -0.8, 0, -0.8, 0.9), SHAPE, 500))
        .containsExactly(0, 1, 0, 2, 1, 2, 0);
  }

  /**
   * ½·4000·log₂ of the ratio of determinants: the bits that the split saves are known, so the price
   * of a codebook at which it stops is too.
   */
  @Test
  void aSplitStopsWhereTheCodebookTakesMoreThanItSaves() {
    double theta = 0.1 / (2 * Math.log(2));
    double[] a = {1.8, 0, 0, 0.2};
    double[] b = {0.2, 0, 0, 1.8};
    List<Layer> layers = List.of(new Layer(1, a, 1000), new Layer(1, b, 1000));
    SharedShape shape = new SharedShape(new CodeShape(1, 16, 2), 0.1);
    double saved =
        1000 * Math.log((1 + theta) * (1 + theta) / ((1.8 + theta) * (0.2 + theta))) / Math.log(2);
    assertThat(CodebookGroups.of(layers, shape, saved * 0.999)).containsExactly(0, 1);
    assertThat(CodebookGroups.of(layers, shape, saved * 1.001)).containsExactly(0, 0);
  }

  @Test
  void kernelSizesAreApartOnlyWhereMomentsDiffer() {
    List<Layer> layers =
        List.of(
            correlated(0.9, 9, 3000, 1), correlated(0.1, 1, 3000, 2), correlated(0.1, 25, 3000, 3));
    assertThat(CodebookGroups.of(layers, SHAPE, 500)).containsExactly(0, 1, 1);
  }

  @Test
  void groupsDoNotDependOnTheOrderOfLayersButForTheirNumbers() {
    List<Layer> layers = planted(0.9, 0, 0.9, 0.85, 0, -0.8, 0.9, 0.1);
    int[] groups = CodebookGroups.of(layers, SHAPE, 500);
    SplittableRandom random = new SplittableRandom(5);
    List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5, 6, 7));
    for (int i = order.size(); i > 1; i--) {
      java.util.Collections.swap(order, i - 1, random.nextInt(i));
    }
    int[] shuffled = CodebookGroups.of(order.stream().map(layers::get).toList(), SHAPE, 500);
    for (int i = 0; i < 8; i++) {
      for (int j = 0; j < 8; j++) {
        assertThat(shuffled[i] == shuffled[j])
            .isEqualTo(groups[order.get(i)] == groups[order.get(j)]);
      }
    }
  }

  @Test
  void degenerateInputIsGroupedOrRefused() {
    assertThat(CodebookGroups.of(List.of(), SHAPE, 1)).isEmpty();
    Layer zeros = new Layer(9, new double[D * D], 10);
    assertThat(CodebookGroups.of(List.of(zeros, zeros), SHAPE, 1)).containsExactly(0, 0);
    assertThatThrownBy(() -> CodebookGroups.of(List.of(new Layer(1, new double[1], 1)), SHAPE, 1))
        .hasMessage("1 moments of 1 vectors for d = 4");
  }
}
