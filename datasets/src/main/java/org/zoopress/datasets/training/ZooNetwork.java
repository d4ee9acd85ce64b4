package org.zoopress.datasets.training;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.zoopress.datasets.export.OnnxWriter;
import org.zoopress.datasets.export.SafetensorsWriter;
import org.zoopress.datasets.glyph.GlyphStyle;
import org.zoopress.datasets.network.Architectures;
import org.zoopress.datasets.network.NamedTensor;
import org.zoopress.datasets.network.Network;

/**
 * One network of the shipped zoo and how it comes about.
 *
 * @param name file name without extension
 * @param formats the files it ships as; not every network needs both
 * @param base name of the network whose trained weights it starts from; empty for random weights
 */
public record ZooNetwork(
    String name, Network network, TrainingPlan plan, Set<Format> formats, Optional<String> base) {

  /** The file formats of the zoo. */
  public enum Format {
    /** Graph and weights, {@code zoo/NAME.onnx}. */
    ONNX,
    /** Weights alone, {@code zoo/weights/NAME.safetensors}. */
    SAFETENSORS
  }

  private static final Set<Format> BOTH = Set.of(Format.ONNX, Format.SAFETENSORS);
  private static final Set<Format> GRAPH = Set.of(Format.ONNX);
  private static final Network RESNET = Architectures.residual(16, 1, 2, 2);

  /**
   * The zoo, each network after its base. Steps are few enough that a network trains within minutes
   * on one core; the learning rates come from short runs judged on {@link
   * org.zoopress.datasets.glyph.Split#VALIDATION}, not from a search.
   */
  public static final List<ZooNetwork> ALL =
      List.of(
          trained(
              "glyph-resnet-a", RESNET, TrainingPlan.of(1, GlyphStyle.STANDARD, 1000, 0.1), BOTH),
          // A low rate, so that the copy stays near its base, as fine-tuned copies in real zoos do.
          tuned(
              "glyph-resnet-a-tuned",
              RESNET,
              TrainingPlan.of(2, GlyphStyle.FADED, 250, 0.002),
              "glyph-resnet-a"),
          trained(
              "glyph-resnet-b", RESNET, TrainingPlan.of(3, GlyphStyle.STANDARD, 1000, 0.1), GRAPH),
          trained(
              "glyph-vgg",
              Architectures.plain(32, 128),
              TrainingPlan.of(4, GlyphStyle.STANDARD, 1000, 0.05),
              GRAPH),
          trained(
              "glyph-separable",
              Architectures.separable(16),
              TrainingPlan.of(5, GlyphStyle.STANDARD, 1200, 0.2),
              BOTH));

  private static ZooNetwork trained(
      String name, Network network, TrainingPlan plan, Set<Format> formats) {
    return new ZooNetwork(name, network, plan, formats, Optional.empty());
  }

  private static ZooNetwork tuned(String name, Network network, TrainingPlan plan, String base) {
    return new ZooNetwork(name, network, plan, GRAPH, Optional.of(base));
  }

  /** Where one of its files lies in the zoo, relative to the zoo's folder. */
  Path file(Format format) {
    return switch (format) {
      case ONNX -> Path.of(name + ".onnx");
      // A model is known by its path without extension, and names in a zoo must differ.
      case SAFETENSORS -> Path.of("weights", name + ".safetensors");
    };
  }

  /** Content of one of its files. */
  byte[] encode(Format format, List<NamedTensor> weights) {
    return switch (format) {
      case ONNX -> OnnxWriter.encode(name, network, weights);
      case SAFETENSORS -> SafetensorsWriter.encode(weights);
    };
  }
}
