package org.zoopress.coding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Points of layers, column after column. */
class ColumnCoderTest {
  private static ColumnCoder.Layer layer(
      ColumnLayout layout, Trellis trellis, SplittableRandom random) {
    int[] points = new int[layout.count()];
    int state = 0;
    for (int i = 0; i < points.length; i++) {
      int frequency = i / (layout.outputs() * layout.channels());
      int index = (int) Math.rint(random.nextGaussian() * (1 + frequency));
      points[i] = trellis.point(state, index);
      state = trellis.next(state, index);
    }
    return new ColumnCoder.Layer(layout, trellis, points);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void layersOfAllKindsComeBack(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<ColumnCoder.Layer> layers = new ArrayList<>();
    for (Trellis trellis : Trellis.values()) {
      ColumnLayout layout =
          new ColumnLayout(
              random.nextInt(1, 40), random.nextInt(1, 20), random.nextInt(2) == 0 ? 1 : 9);
      layers.add(layer(layout, trellis, random));
    }
    layers.get(0).points()[0] = Integer.MAX_VALUE;
    byte[] bytes = ColumnCoder.encode(layers);
    List<ColumnCoder.Head> heads =
        layers.stream().map(l -> new ColumnCoder.Head(l.layout(), l.trellis())).toList();
    List<int[]> read = ColumnCoder.decode(bytes, heads);
    for (int i = 0; i < layers.size(); i++) {
      assertThat(read.get(i)).isEqualTo(layers.get(i).points());
    }
  }

  /** Rates that were measured add up to what is stored. */
  @Test
  void measuredBitsAreStoredBits() {
    SplittableRandom random = new SplittableRandom(9);
    ColumnCoder.Layer layer = layer(new ColumnLayout(32, 16, 9), Trellis.STATES_8, random);
    double bits = ColumnRates.measured(layer).total();
    assertThat(8.0 * ColumnCoder.encode(List.of(layer)).length)
        .isBetween(bits * 0.995, bits * 1.005);
  }

  /** Scales of rows and channels are learnt: as cheap as the mean of the entropies. */
  @Test
  void rowsAndChannelsOfDifferentSpreadAreToldApart() {
    SplittableRandom random = new SplittableRandom(5);
    ColumnLayout layout = new ColumnLayout(64, 64, 9);
    int[] points = new int[layout.count()];
    double entropy = 0;
    for (int i = 0; i < points.length; i++) {
      int o = i % 64;
      int c = i / 64 % 64;
      double deviation = 4 * Math.pow(2, (o % 4) - 1.5) * Math.pow(2, (c % 3) - 1);
      points[i] = (int) Math.rint(deviation * random.nextGaussian());
      entropy += Math.log(deviation * Math.sqrt(2 * Math.PI * Math.E)) / Math.log(2);
    }
    ColumnCoder.Layer layer = new ColumnCoder.Layer(layout, Trellis.NONE, points);
    assertThat(8.0 * ColumnCoder.encode(List.of(layer)).length / entropy).isBetween(0.98, 1.05);
  }
}
