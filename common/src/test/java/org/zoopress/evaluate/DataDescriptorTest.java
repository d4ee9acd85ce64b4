package org.zoopress.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.error.UserInputException;

class DataDescriptorTest {
  private static final String MINIMAL = "name: tiny\nformat: cifar-binary\nimages: a.bin\n";

  @TempDir Path folder;

  private DataDescriptor read(String yaml) throws IOException {
    Files.writeString(folder.resolve("d.yaml"), yaml);
    return DataDescriptor.read(new TestFolder(folder), "d.yaml");
  }

  private void assertRefused(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(UserInputException.class)
        .hasMessage("Cannot read data set descriptor d.yaml: " + message);
  }

  @Test
  void readsEveryKey() throws IOException {
    DataDescriptor descriptor =
        read(
            """
            name: photos-2026
            format: image-folder
            images: ./images/
            labels: labels.csv
            preprocess:
              scale: 127.5
              mean: [1, 1.5, 2]
              std: 0.5
              resize: 256
              crop: 224
              layout: nhwc
              classOffset: 1
            models: ["resnet*", vision/*]
            """);
    assertThat(descriptor)
        .isEqualTo(
            new DataDescriptor(
                "photos-2026",
                DataFormat.IMAGE_FOLDER,
                "images",
                "labels.csv",
                new Preprocess(
                    127.5, List.of(1.0, 1.5, 2.0), List.of(0.5), 256, 224, PixelLayout.NHWC, 1),
                List.of("resnet*", "vision/*")));
  }

  @Test
  void absentKeysHaveTheirDefaults() throws IOException {
    DataDescriptor descriptor = read(MINIMAL);
    assertThat(descriptor.preprocess()).isEqualTo(Preprocess.DEFAULT);
    assertThat(descriptor.labels()).isEmpty();
    assertThat(descriptor.models()).isEmpty();
  }

  @Test
  void travelsToExecutors() throws Exception {
    DataDescriptor descriptor = read(MINIMAL);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(descriptor);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(descriptor);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "resnet*, resnet20, true",
    "resnet*, cifar10_resnet/resnet20.bn, true",
    "resnet*, cifar10_resnet/lenet, false",
    "resnet?0, resnet20, true",
    "resnet?0, resnet.bn0, false",
    "cifar10*/*, cifar10_resnet/resnet20, true",
    "cifar10/*, cifar10_resnet/resnet20, false",
    "a/*, a/b/c, false",
    "a/**, a/b/c, true",
    "re.net, resnet, false",
    "'net[1]', 'net[1]', true",
  })
  void modelsArePatterns(String glob, String model, boolean applies) throws IOException {
    assertThat(read(MINIMAL + "models: ['" + glob + "']").appliesTo(model)).isEqualTo(applies);
  }

  @Test
  void withoutPatternsEveryModelIsMeant() throws IOException {
    assertThat(read(MINIMAL).appliesTo("any/model")).isTrue();
    assertThat(read(MINIMAL + "models: []").appliesTo("any/model")).isTrue();
  }

  @Test
  void unknownKeysGetASuggestion() {
    assertRefused(
        MINIMAL + "label: x",
        "unknown key 'label'. Did you mean 'labels'? "
            + "Known keys are name, format, images, labels, preprocess, models.");
    assertRefused(
        MINIMAL + "preprocess: {class-offset: 1}",
        "unknown key 'preprocess.class-offset'. Did you mean 'preprocess.classOffset'? "
            + "Known keys are scale, mean, std, resize, crop, layout, classOffset.");
    assertRefused(
        MINIMAL + "colour: red",
        "unknown key 'colour'. Known keys are name, format, images, labels, preprocess, models.");
  }

  @Test
  void repeatedKeysAndBrokenYamlAreTold() {
    assertThatThrownBy(() -> read(MINIMAL + "name: other"))
        .isInstanceOf(UserInputException.class)
        .hasMessageStartingWith(
            "Cannot read data set descriptor d.yaml: it is not valid YAML: Duplicate field 'name'")
        .hasMessageContaining("(line 4)");
    assertThatThrownBy(() -> read("name: [open"))
        .isInstanceOf(UserInputException.class)
        .hasMessageStartingWith("Cannot read data set descriptor d.yaml: it is not valid YAML: ");
    assertThatThrownBy(() -> read(MINIMAL + "---\n" + MINIMAL))
        .isInstanceOf(UserInputException.class)
        .hasMessageStartingWith("Cannot read data set descriptor d.yaml: it is not valid YAML: ");
    assertThatThrownBy(() -> read(MINIMAL + "models: *nothing"))
        .isInstanceOf(UserInputException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "just text", "[1, 2]", "# nothing but a comment"})
  void contentMustBeAMapping(String yaml) {
    assertRefused(
        yaml, "its content is not a mapping of keys to values. Write one 'key: value' a line.");
  }

  @Test
  void missingKeysAreNamed() {
    assertRefused("format: idx\nimages: a\nlabels: b", "the key name is missing. Add it.");
    assertRefused("name: a\nimages: a", "the key format is missing. Add it.");
    assertRefused("name: a\nformat: idx\nlabels: b", "the key images is missing. Add it.");
    assertRefused("name: a\nformat: idx\nimages: b", "the key labels is missing. Add it.");
  }

  @Test
  void wrongValuesAreTold() {
    assertRefused(
        "name: a\nformat: cifar\nimages: a",
        "format is 'cifar'. Choose one of cifar-binary, idx, image-folder.");
    assertRefused(
        MINIMAL + "preprocess: {layout: nwhc}",
        "preprocess.layout is 'nwhc'. Did you mean 'nhwc'? Choose one of nchw, nhwc.");
    assertRefused(
        MINIMAL + "labels: b.csv",
        "labels is set to 'b.csv', but cifar-binary has each label in front of its image. "
            + "Remove the key labels.");
    assertRefused(
        MINIMAL + "preprocess: 5",
        "preprocess is not a mapping of keys to values. Write one 'key: value' a line.");
    assertRefused(
        MINIMAL + "preprocess: {mean: [0.1, much, 0.3]}",
        "preprocess.mean is \"much\", not a number. Correct it.");
    assertRefused(
        MINIMAL + "preprocess: {crop: 22.5}",
        "preprocess.crop is 22.5, not a whole number. Correct it.");
    assertRefused(
        MINIMAL + "preprocess: {crop: 0}",
        "preprocess.crop is 0, it is a side in pixels. Set 1 or more, or remove the key.");
    assertRefused(
        MINIMAL + "models: resnet*",
        "models is \"resnet*\", not a list of texts. Write it as [\"first\", \"second\"].");
    assertRefused(
        "name: [a]\nformat: idx\nimages: a\nlabels: b",
        "name is [\"a\"], not a text. Put it in quotes.");
  }

  @Test
  void preprocessingThatCannotBeIsTold() {
    assertThatThrownBy(() -> read(MINIMAL + "preprocess: {scale: 0}"))
        .hasMessage(
            "d.yaml: Cannot use preprocess.scale = 0.0: pixels are divided by it."
                + " Set a positive number, usually 255.");
    assertThatThrownBy(() -> read(MINIMAL + "preprocess: {std: [1, 0, 1]}"))
        .hasMessage(
            "d.yaml: Cannot use preprocess.std = [1.0, 0.0, 1.0]: pixels are divided by it."
                + " Set positive numbers.");
    assertThatThrownBy(() -> read(MINIMAL + "preprocess: {mean: [1, 2]}"))
        .hasMessage(
            "d.yaml: Cannot use preprocess.mean = [1.0, 2.0]: it needs one finite number, or one a"
                + " channel.");
    assertThatThrownBy(() -> read(MINIMAL + "preprocess: {mean: .nan}"))
        .isInstanceOf(UserInputException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/etc/passwd", "../a.bin", "a/../../b", "'a\\..\\b'", "'file:a'", "'C:/a'"})
  void pathsStayInTheFolder(String path) {
    assertThatThrownBy(() -> read("name: a\nformat: cifar-binary\nimages: " + path))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot read data set descriptor d.yaml: images is '%s', which is not a path inside the"
                    .formatted(path.replace("'", ""))
                + " descriptor's folder. Put the descriptor beside its data and name them by a"
                + " relative path.");
  }

  /** A JPEG, gzip, UTF-16 or a control character where the YAML should be. */
  @ParameterizedTest
  @ValueSource(
      strings = {"FFD8FFE000104A46", "1F8B080000000000", "FFFE6E006100", "6E3A2001", "C328"})
  void filesThatAreNoTextAreTold(String hex) throws IOException {
    Files.write(folder.resolve("d.yaml"), HexFormat.of().parseHex(hex));
    assertThatThrownBy(() -> DataDescriptor.read(new TestFolder(folder), "d.yaml"))
        .isInstanceOf(UserInputException.class)
        .hasMessageStartingWith("Cannot read data set descriptor d.yaml: ");
  }

  /** The examples that ship are read as they stand. */
  @ParameterizedTest
  @CsvSource({
    "cifar10-binary.yaml, CIFAR_BINARY, cifar10/resnet20",
    "mnist.yaml, IDX, lenet",
    "imagenet-folder.yaml, IMAGE_FOLDER, imagenet/vision/mobilenetv2"
  })
  void shippedExamplesAreValid(String file, DataFormat format, String model) throws IOException {
    Path examples = Path.of(System.getProperty("zoopress.root", ".."), "conf", "data");
    DataDescriptor descriptor = DataDescriptor.read(new TestFolder(examples), file);
    assertThat(descriptor.format()).isEqualTo(format);
    assertThat(descriptor.appliesTo(model)).isTrue();
  }

  @Test
  void missingAndHugeDescriptorsAreTold() throws IOException {
    assertThatThrownBy(() -> DataDescriptor.read(new TestFolder(folder), "no.yaml"))
        .hasMessage(
            "Cannot read no.yaml: there is no such file beside the descriptor."
                + " Check the path in the descriptor.");
    Files.write(folder.resolve("d.yaml"), new byte[2_000_000]);
    assertThatThrownBy(() -> DataDescriptor.read(new TestFolder(folder), "d.yaml"))
        .hasMessage(
            "Cannot read data set descriptor d.yaml: it has 2000000 bytes, more than 1048576."
                + " Give the YAML file that describes the data, not the data.");
  }
}
