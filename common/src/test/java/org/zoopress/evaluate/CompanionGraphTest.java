package org.zoopress.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.ModelFormat;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.TensorEntry;
import org.zoopress.zoo.TensorLayout;

class CompanionGraphTest {
  private static TensorEntry tensor(String name, DType dtype, long... shape) {
    return new TensorEntry(name, dtype, Shape.of(shape), 0, 0, TensorLayout.ROW_MAJOR);
  }

  private static ModelHeader model(String name, ModelFormat format, TensorEntry... tensors) {
    return new ModelHeader(name, format, List.of(), List.of(tensors), Map.of(), List.of());
  }

  private static final ModelHeader GRAPH =
      model(
          "net.bn",
          ModelFormat.ONNX,
          tensor("conv.weight", DType.F32, 16, 3, 3, 3),
          tensor("bn.bias", DType.F32, 16),
          tensor("six", DType.F32),
          tensor("pads", DType.I64, 8));

  @Test
  void servesWeightsOfTheSameNamesAndShapes() {
    ModelHeader weights =
        model(
            "net",
            ModelFormat.TORCH,
            tensor("module.bn.bias", DType.F32, 16),
            tensor("module.conv.weight", DType.F16, 16, 3, 3, 3),
            tensor("module.bn.num_batches_tracked", DType.I64));
    assertThat(CompanionGraph.refusal(GRAPH, weights)).isEmpty();
    assertThat(CompanionGraph.refusal(GRAPH, GRAPH)).isEmpty();
    assertThat(CompanionGraph.initializerName("module.bn.bias")).isEqualTo("bn.bias");
    assertThat(CompanionGraph.initializerName("bn.bias")).isEqualTo("bn.bias");
  }

  @Test
  void tellsWhyItCannotServe() {
    assertThat(
            CompanionGraph.refusal(
                GRAPH,
                model(
                    "net", ModelFormat.SAFETENSORS, tensor("conv.weight", DType.F32, 16, 3, 3, 3))))
        .contains("net has no tensor 'bn.bias' (16) of net.bn");
    assertThat(
            CompanionGraph.refusal(
                GRAPH,
                model(
                    "net",
                    ModelFormat.SAFETENSORS,
                    tensor("conv.weight", DType.F32, 16, 3, 5, 5),
                    tensor("bn.bias", DType.F32, 16))))
        .contains("tensor 'conv.weight' is 16x3x5x5 in net and 16x3x3x3 in net.bn");
    assertThat(
            CompanionGraph.refusal(
                GRAPH,
                model(
                    "net",
                    ModelFormat.SAFETENSORS,
                    tensor("conv.weight", DType.F32, 16, 3, 3, 3),
                    tensor("bn.bias", DType.F32, 16),
                    tensor("fc.weight", DType.F32, 10, 64))))
        .contains("net.bn does not use 1 tensor(s) of net, the first is 'fc.weight'");
    ModelHeader integers = model("counts", ModelFormat.SAFETENSORS, tensor("n", DType.I64));
    assertThat(CompanionGraph.refusal(GRAPH, integers))
        .contains("counts has no floating-point tensors");
    assertThat(CompanionGraph.refusal(integers, GRAPH))
        .contains("counts is SAFETENSORS, which holds no graph");
  }
}
