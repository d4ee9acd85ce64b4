package org.zoopress.datasets.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.zoopress.tensor.Shape;

class NetworkTest {

  @Test
  void residualNetworksAreNamedAsInTorchvision() {
    assertThat(Architectures.residual(16, 1, 2, 2).parameters())
        .extracting(Parameter::name)
        .contains(
            "conv1.weight",
            "bn1.running_mean",
            "layer2.0.downsample.0.weight",
            "layer2.0.downsample.1.running_var",
            "layer3.1.conv2.weight",
            "fc.bias")
        .doesNotContain("layer1.0.downsample.0.weight")
        .doesNotHaveDuplicates();
  }

  @Test
  void convolutionsOfAGroupSeeOnlyTheirChannels() {
    assertThat(Architectures.separable(16).parameters())
        .contains(
            new Parameter(
                "blocks.1.depthwise.weight", Shape.of(32, 1, 3, 3), Parameter.Kind.WEIGHT),
            new Parameter(
                "blocks.1.pointwise.weight", Shape.of(64, 32, 1, 1), Parameter.Kind.WEIGHT));
  }

  @Test
  void refusesLayersThatReadWhatIsNotThere() {
    assertThatThrownBy(() -> new Network("bad", List.of(new Layer.Relu("relu", "conv"))))
        .hasMessage("relu reads unknown [conv]");
    assertThatThrownBy(
            () ->
                new Network(
                    "bad", List.of(new Layer.Relu("a", "input"), new Layer.Relu("a", "input"))))
        .hasMessage("two layers are named a");
  }

  /** Variance 2 / fan-in; the standard error of 36,864 squared normals is below one percent. */
  @Test
  void initialWeightsHaveTheVarianceOfHe() {
    Network network = Architectures.residual(16, 1, 2, 2);
    NamedTensor weight =
        InitialWeights.of(network, 3).stream()
            .filter(tensor -> tensor.name().equals("layer3.1.conv2.weight"))
            .findFirst()
            .orElseThrow();
    double sum = 0;
    for (float value : weight.values()) {
      sum += (double) value * value;
    }
    assertThat(sum / weight.values().length).isBetween(0.96 * 2 / 576, 1.04 * 2 / 576);
  }
}
