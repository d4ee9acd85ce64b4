package org.zoopress.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The readers on published models: three formats of one network hold the same tensors. */
class RealModelsTest {
  private Path data;
  private LocalModelFolder folder;

  @BeforeEach
  void findData() throws IOException {
    String property = System.getProperty("zoopress.test.data", "");
    assumeTrue(
        !property.isEmpty() && Files.isDirectory(Path.of(property, "cifar10_resnet")),
        "no real models: set zoopress.test.data to their folder");
    data = Path.of(property);
    folder = new LocalModelFolder(data);
  }

  @ParameterizedTest
  @CsvSource({"20,12fca82f", "32,d509ac18", "56,4bfd9763"})
  void threeFormatsOfResNetHoldEqualTensors(String depth, String hash) throws IOException {
    String base = "cifar10_resnet/resnet" + depth;
    Map<String, String> safetensors = keys(base + ".safetensors");
    assertThat(safetensors).isNotEmpty();
    assertThat(keys(base + "-" + hash + ".th")).isEqualTo(safetensors);
    assertThat(keys(base + ".bn.onnx")).containsAllEntriesOf(safetensors);
  }

  @Test
  void checkpointAndSafetensorsOfLeNetHoldEqualTensors() throws IOException {
    assertThat(keys("mnist/lenet_mnist_model.pth")).isEqualTo(keys("mnist/lenet.safetensors"));
  }

  @Test
  void legacyCheckpointTellsWhatItLeavesOut() throws IOException {
    ModelHeader header = header("cifar10_resnet/resnet20-12fca82f.th");
    assertThat(header.notes())
        .containsExactly(
            "only 'state_dict' is read, left out: best_prec1",
            "the prefix 'module.' of all names is taken away");
    assertThat(header.tensors().get(0).name()).isEqualTo("conv1.weight");
    assertThat(header.tensors().get(0).shape()).hasToString("16x3x3x3");
  }

  @Test
  void mobileNetReads() throws IOException {
    ModelHeader header = header("imagenet_mobilenetv2/mobilenetv2.onnx");
    long weights = header.tensors().stream().mapToLong(t -> t.shape().elements()).sum();
    assertThat(weights).isBetween(3_480_000L, 3_550_000L);
    assertThat(header.name()).isEqualTo("imagenet_mobilenetv2/mobilenetv2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cifar10_resnet/resnet20.onnx",
        "cifar10_resnet/resnet20.bn.onnx",
        "cifar10_resnet/resnet20.safetensors",
        "cifar10_resnet/resnet32.onnx",
        "cifar10_resnet/resnet32.bn.onnx",
        "cifar10_resnet/resnet32.safetensors",
        "cifar10_resnet/resnet56.onnx",
        "cifar10_resnet/resnet56.bn.onnx",
        "cifar10_resnet/resnet56.safetensors",
        "imagenet_mobilenetv2/mobilenetv2.onnx",
        "imagenet_mobilenetv2/mobilenetv2.safetensors",
        "mnist/lenet.onnx",
        "mnist/lenet.safetensors"
      })
  void losslessRestoreIsTheOriginal(String path) throws IOException {
    ModelHeader header = header(path);
    byte[] stored = ModelSkeleton.read(folder, header).encode();
    ModelSkeleton skeleton = ModelSkeleton.decode(stored);
    assertThat(skeleton.header()).isEqualTo(header);
    MemoryFolder restored = new MemoryFolder();
    ModelWriter.restoreSource(skeleton, RoundTrips.from(folder, header), restored);
    assertThat(restored.files.get(path)).isEqualTo(Files.readAllBytes(data.resolve(path)));
  }

  @Test
  void checkpointIsRestoredAsSafetensorsWithEqualTensors() throws IOException {
    String path = "mnist/lenet_mnist_model.pth";
    ModelHeader header = header(path);
    ModelSkeleton skeleton = ModelSkeleton.decode(ModelSkeleton.read(folder, header).encode());
    MemoryFolder restored = new MemoryFolder();
    ModelWriter.restoreSource(skeleton, RoundTrips.from(folder, header), restored);
    assertThat(RoundTrips.keys(restored, "mnist/lenet_mnist_model.safetensors"))
        .isEqualTo(keys("mnist/lenet.safetensors"));
  }

  private ModelHeader header(String path) throws IOException {
    return ModelReaders.readHeader(folder, path, ReaderLimits.DEFAULT);
  }

  private Map<String, String> keys(String path) throws IOException {
    return RoundTrips.keys(folder, path);
  }
}
