package org.zoopress.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.error.UserInputException;

class ModelReadersTest {
  @ParameterizedTest
  @CsvSource({
    "resnet20.bn.onnx, ONNX, resnet20.bn",
    "a.b/x.ONNX, ONNX, a.b/x",
    "model.safetensors, SAFETENSORS, model",
    "llm/model.safetensors.index.json, SAFETENSORS, llm/model",
    "llm/model.fp16.safetensors.index.json, SAFETENSORS, llm/model.fp16",
    "resnet20-12fca82f.th, TORCH, resnet20-12fca82f",
    "a/pytorch_model.bin, TORCH, a/pytorch_model",
    "x.pt, TORCH, x",
    "x.pth, TORCH, x",
    "x.ckpt, TORCH, x",
    "a.b/.onnx, ONNX, a.b/.onnx"
  })
  void formatAndNameFollowFromThePath(String path, ModelFormat format, String name) {
    assertThat(ModelReaders.formatOf(path)).contains(format);
    assertThat(ModelReaders.nameOf(path)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"labels.csv", "test_1017.bin", "config.json", "weights.onnx.data", "onnx"})
  void otherFilesAreNoModels(String path) {
    assertThat(ModelReaders.formatOf(path)).isEqualTo(Optional.empty());
    assertThatThrownBy(
            () -> ModelReaders.readHeader(new MemoryFolder(), path, ReaderLimits.DEFAULT))
        .hasMessage(
            "Cannot read %s: its extension belongs to no known format. Name it .safetensors, .onnx,"
                    .formatted(path)
                + " .pt, .pth, .th or .ckpt.");
  }

  @Test
  void limitsMustBePositive() {
    assertThatThrownBy(() -> ReaderLimits.DEFAULT.withMaxTensors(0))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining("Cannot use reader.max-tensors=0");
    assertThatThrownBy(() -> ReaderLimits.DEFAULT.withMaxHeaderBytes(1L << 40))
        .hasMessageContaining("headers are parsed in memory");
  }
}
