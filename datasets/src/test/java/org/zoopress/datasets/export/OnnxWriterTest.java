package org.zoopress.datasets.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zoopress.datasets.network.Architectures;
import org.zoopress.datasets.network.InitialWeights;
import org.zoopress.datasets.network.Layer;
import org.zoopress.datasets.network.NamedTensor;
import org.zoopress.datasets.network.Network;
import org.zoopress.datasets.network.Parameter;

class OnnxWriterTest {

  static List<Network> networks() {
    return List.of(
        Architectures.residual(4, 1, 1, 1), Architectures.plain(4, 8), Architectures.separable(4));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void everyLayerIsANodeAndEveryParameterAnInitializer(Network network) {
    ProtobufFields model = encoded(network);
    ProtobufFields graph = model.message(7);
    assertThat(model.numbers(1)).containsExactly(7L);
    assertThat(model.message(8).numbers(2)).containsExactly(13L);
    assertThat(graph.messages(1))
        .extracting(node -> node.strings(3).get(0))
        .containsExactlyElementsOf(network.layers().stream().map(Layer::name).toList());
    assertThat(graph.messages(5))
        .extracting(tensor -> tensor.strings(8).get(0))
        .containsExactlyElementsOf(network.parameters().stream().map(Parameter::name).toList());
    assertThat(graph.messages(5)).allMatch(tensor -> tensor.numbers(2).equals(List.of(1L)));
  }

  @Test
  void batchIsFreeAndInputAndOutputHaveTheirNames() {
    ProtobufFields graph = encoded(Architectures.plain(4, 8)).message(7);
    ProtobufFields input = graph.message(11);
    assertThat(input.strings(1)).containsExactly("input");
    List<ProtobufFields> sizes = input.message(2).message(1).message(2).messages(1);
    assertThat(sizes.get(0).strings(2)).containsExactly("batch");
    assertThat(sizes.subList(1, 4))
        .extracting(size -> size.numbers(1).get(0))
        .containsExactly(1L, 28L, 28L);
    assertThat(graph.message(12).strings(1)).containsExactly("logits");
    List<ProtobufFields> nodes = graph.messages(1);
    assertThat(nodes.get(nodes.size() - 1).strings(2)).containsExactly("logits");
  }

  @Test
  void attributesOfADepthwiseConvolutionOfStrideTwo() {
    ProtobufFields node =
        encoded(Architectures.separable(4)).message(7).messages(1).stream()
            .filter(candidate -> candidate.strings(3).contains("blocks.0.depthwise"))
            .findFirst()
            .orElseThrow();
    assertThat(node.strings(4)).containsExactly("Conv");
    assertThat(node.strings(1)).containsExactly("relu", "blocks.0.depthwise.weight");
    assertThat(attribute(node, "strides").numbers(8)).containsExactly(2L, 2L);
    assertThat(attribute(node, "pads").numbers(8)).containsExactly(1L, 1L, 1L, 1L);
    assertThat(attribute(node, "group").numbers(3)).containsExactly(4L);
  }

  private static ProtobufFields attribute(ProtobufFields node, String name) {
    return node.messages(5).stream()
        .filter(attribute -> attribute.strings(1).contains(name))
        .findFirst()
        .orElseThrow();
  }

  private static ProtobufFields encoded(Network network) {
    List<NamedTensor> weights = InitialWeights.of(network, /* seed */ 1);
    return new ProtobufFields(OnnxWriter.encode("test", network, weights));
  }
}
