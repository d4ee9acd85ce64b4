package org.zoopress.datafree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.zoopress.evaluate.DataDescriptor;
import org.zoopress.evaluate.DataSet;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.LocalModelFolder;

class SamplesTest {
  private static Samples glyphs(int count) throws IOException {
    LocalModelFolder folder = new LocalModelFolder(Path.of("..", "datasets"));
    DataSet data = DataSet.open(DataDescriptor.read(folder, "glyphs.yaml"), folder);
    return new Samples(data, count, "hash");
  }

  /** Samples as text, so that sets compare their values. */
  private static Set<String> each(float[] samples, int size) {
    Set<String> each = new HashSet<>();
    for (int i = 0; i < samples.length; i += size) {
      each.add(Arrays.toString(Arrays.copyOfRange(samples, i, i + size)));
    }
    return each;
  }

  @Test
  void drawsWithoutReplacementBySeed7() throws IOException {
    Samples samples = glyphs(20);
    int size = samples.data().shape().elements();
    Set<String> all = each(samples.draw(20, 7), size);
    assertThat(all).hasSize(20);
    float[] some = samples.draw(5, 7);
    assertThat(each(some, size)).hasSize(5).isSubsetOf(all);
    assertThat(samples.draw(5, 7)).isEqualTo(some);
    assertThat(samples.draw(5, 8)).isNotEqualTo(some);
    assertThat(each(glyphs(40).draw(40, 7), size)).hasSize(40).containsAll(all);
  }

  @Test
  void fitsImagesOfTheirShapeAndRowsOfTheirLength() throws IOException {
    Samples samples = glyphs(1);
    long height = samples.data().shape().height();
    long width = samples.data().shape().width();
    assertThat(samples.fit(Shape.of(1, height, width))).isTrue();
    assertThat(samples.fit(Shape.of(height * width))).isTrue();
    assertThat(samples.fit(Shape.of(3, height, width))).isFalse();
    assertThat(samples.fit(Shape.of(height, width))).isFalse();
    assertThat(samples.fit(Shape.of(height * width + 1))).isFalse();
  }
}
