package org.zoopress.evaluate;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.zoopress.error.UserInputException;
import org.zoopress.zoo.ByteSource;
import org.zoopress.zoo.ModelFolder;

/** Reads {@link DataDescriptor}s: strict, so that a misspelt key never means a silent default. */
final class DescriptorReader {
  private static final int MAX_BYTES = 1 << 20;
  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private DescriptorReader() {}

  static DataDescriptor read(ModelFolder folder, String file) throws IOException {
    DescriptorKeys root = new DescriptorKeys(parse(folder, file), file, "");
    root.allowOnly("name", "format", "images", "labels", "preprocess", "models");
    DataFormat format =
        root.choice("format", DataFormat::ofLabel, DataFormat.labels().toList())
            .orElseThrow(() -> root.missing("format"));
    Optional<String> labels = root.text("labels");
    if (format == DataFormat.CIFAR_BINARY && labels.isPresent()) {
      throw root.error(
          "labels is set to '%s', but cifar-binary has each label in front of its image"
              .formatted(labels.get()),
          "Remove the key labels");
    }
    if (format != DataFormat.CIFAR_BINARY && labels.isEmpty()) {
      throw root.missing("labels");
    }
    String images = root.text("images").orElseThrow(() -> root.missing("images"));
    return new DataDescriptor(
        root.text("name").orElseThrow(() -> root.missing("name")),
        format,
        inside(root, "images", images),
        labels.isPresent() ? inside(root, "labels", labels.get()) : "",
        preprocess(root.section("preprocess"), file),
        root.texts("models"));
  }

  private static Preprocess preprocess(DescriptorKeys keys, String file) {
    keys.allowOnly("scale", "mean", "std", "resize", "crop", "layout", "classOffset");
    Preprocess defaults = Preprocess.DEFAULT;
    double scale = keys.number("scale").orElse(defaults.scale());
    List<Double> mean = keys.numbers("mean").orElse(defaults.mean());
    List<Double> std = keys.numbers("std").orElse(defaults.std());
    int resize = keys.integer("resize").orElse(defaults.resize());
    int crop = keys.integer("crop").orElse(defaults.crop());
    PixelLayout layout =
        keys.choice("layout", PixelLayout::ofLabel, PixelLayout.labels().toList())
            .orElse(defaults.layout());
    int classOffset = keys.integer("classOffset").orElse(defaults.classOffset());
    for (String key : List.of("resize", "crop")) {
      if (keys.integer(key).orElse(1) == 0) {
        throw keys.error(
            "preprocess.%s is 0, it is a side in pixels".formatted(key),
            "Set 1 or more, or remove the key");
      }
    }
    try {
      return new Preprocess(scale, mean, std, resize, crop, layout, classOffset);
    } catch (UserInputException e) {
      throw new UserInputException(file + ": " + e.getMessage(), e);
    }
  }

  private static JsonNode parse(ModelFolder folder, String file) throws IOException {
    byte[] bytes;
    try (ByteSource source = DataStream.openSource(folder, file)) {
      if (source.length() > MAX_BYTES) {
        throw DataErrors.cannotRead(
            "data set descriptor " + file,
            "it has %d bytes, more than %d".formatted(source.length(), MAX_BYTES),
            "Give the YAML file that describes the data, not the data");
      }
      bytes = new byte[(int) source.length()];
      source.readFully(0, bytes, 0, bytes.length);
    }
    try {
      return YAML.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw DataErrors.cannotRead(
          "data set descriptor " + file,
          "it is not valid YAML: " + problemOf(e),
          "Repair the file; the keys are name, format, images, labels, preprocess and models",
          e);
    }
  }

  private static String problemOf(JsonProcessingException e) {
    String first = e.getOriginalMessage().lines().findFirst().orElse("unknown");
    return e.getLocation() == null ? first : first + " (line " + e.getLocation().getLineNr() + ")";
  }

  private static String inside(DescriptorKeys keys, String key, String path) {
    if (!RelativePath.isInside(path)) {
      throw keys.error(
          "%s is '%s', which is not a path inside the descriptor's folder".formatted(key, path),
          "Put the descriptor beside its data and name them by a relative path");
    }
    return RelativePath.below("", path);
  }
}
