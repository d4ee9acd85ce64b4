package org.zoopress.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.zoopress.delta.Relatives.Base;
import org.zoopress.delta.Relatives.Tensor;

class RelativesTest {
  private static final int SIZE = 2000;

  private static float[] tuned(float[] base, long seed, double change) {
    return TensorSketchTest.sum(base, TensorSketchTest.gaussian(seed, SIZE, change));
  }

  private static Tensor tensor(String key, float[] values) {
    return new Tensor(key, "F32", TensorSketchTest.of(values), false);
  }

  @Test
  void copiesGoToTheirOriginalWhateverTheOrder() {
    float[] original = TensorSketchTest.gaussian(1, SIZE, 1);
    float[] stranger = TensorSketchTest.gaussian(2, SIZE, 1);
    List<Tensor> tensors =
        List.of(
            tensor("copy 1", tuned(original, 11, 0.1)),
            tensor("stranger", stranger),
            tensor("copy 2", tuned(original, 12, 0.1)),
            tensor("original", original),
            tensor("copy 3", tuned(original, 13, 0.1)));
    Map<String, Base> bases = Relatives.find(tensors, 0.5);
    assertThat(bases.keySet()).containsExactly("copy 1", "copy 2", "copy 3");
    assertThat(bases.values())
        .allSatisfy(
            base -> {
              assertThat(base.key()).isEqualTo("original");
              assertThat(base.distance()).isBetween(0.005, 0.02);
            });
  }

  @Test
  void aStoredTensorIsTheBaseAndNeverADifference() {
    float[] original = TensorSketchTest.gaussian(3, SIZE, 1);
    Tensor stored =
        new Tensor("stored", "F32", TensorSketchTest.of(tuned(original, 21, 0.1)), true);
    Tensor other = new Tensor("other", "F32", TensorSketchTest.of(tuned(original, 22, 0.1)), true);
    List<Tensor> tensors =
        List.of(tensor("original", original), stored, tensor("copy", original.clone()), other);
    Map<String, Base> bases = Relatives.find(tensors, 0.5);
    assertThat(bases.keySet()).containsExactly("original", "copy");
    assertThat(bases.get("original").key()).isIn("stored", "other");
  }

  @Test
  void otherKindsAndDistantOnesStayAlone() {
    float[] original = TensorSketchTest.gaussian(4, SIZE, 1);
    List<Tensor> tensors =
        List.of(
            tensor("a", original),
            new Tensor("b", "F16", TensorSketchTest.of(tuned(original, 31, 0.01)), false),
            tensor("c", tuned(original, 32, 1.5)));
    assertThat(Relatives.find(tensors, 0.5)).isEmpty();
  }

  /** A base has no base: what is stored as a difference is one step from what stands alone. */
  @Test
  void depthIsOneOverAChainOfCopies() {
    List<Tensor> chain = new ArrayList<>();
    float[] values = TensorSketchTest.gaussian(5, SIZE, 1);
    for (int step = 0; step < 40; step++) {
      chain.add(tensor("step " + step, values));
      values = tuned(values, 100 + step, 0.2);
    }
    Map<String, Base> bases = Relatives.find(chain, 0.5);
    assertThat(bases).isNotEmpty();
    assertThat(bases.values()).noneMatch(base -> bases.containsKey(base.key()));
    assertThat(bases.values()).allMatch(base -> base.distance() <= 0.5);
  }

  @Test
  void relativesAreFoundAmongThousandsOfStrangers() {
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      tensors.add(tensor("stranger " + i, TensorSketchTest.gaussian(1000 + i, 200, 1)));
    }
    for (int i = 0; i < 300; i++) {
      float[] near =
          TensorSketchTest.sum(
              TensorSketchTest.gaussian(1000 + 10 * i, 200, 1),
              TensorSketchTest.gaussian(9000 + i, 200, 0.02));
      tensors.add(tensor("copy " + i, near));
    }
    Map<String, Base> bases = Relatives.find(tensors, 0.1);
    for (int i = 0; i < 300; i++) {
      assertThat(bases.get("copy " + i).key()).isEqualTo("stranger " + 10 * i);
    }
    assertThat(bases).hasSize(300);
  }
}
