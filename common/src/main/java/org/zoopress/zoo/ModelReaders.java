package org.zoopress.zoo;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.zoopress.error.BadModelException;
import org.zoopress.zoo.ModelHeader.SourceFile;

/**
 * Reads what is known of a model without its weights. The format follows from the file's name:
 *
 * <ul>
 *   <li>{@code *.safetensors}, and {@code *.safetensors.index.json} for a model in shards;
 *   <li>{@code *.onnx};
 *   <li>{@code *.pt}, {@code *.pth}, {@code *.th}, {@code *.ckpt} and {@code *pytorch_model.bin}
 *       for PyTorch checkpoints.
 * </ul>
 *
 * <p>Shards and external data lie in the zoo beside the models but are no models: {@link
 * #shardPaths} and {@link #partPaths} tell them.
 */
public final class ModelReaders {
  private static final String INDEX = ".safetensors.index.json";
  private static final String TORCH_BIN = "pytorch_model.bin";
  private static final List<String> TORCH = List.of(".pt", ".pth", ".th", ".ckpt");

  private ModelReaders() {}

  /** The format of a file by its name; empty if it is no model. */
  public static Optional<ModelFormat> formatOf(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".safetensors") || lower.endsWith(INDEX)) {
      return Optional.of(ModelFormat.SAFETENSORS);
    }
    if (lower.endsWith(".onnx")) {
      return Optional.of(ModelFormat.ONNX);
    }
    if (lower.endsWith(TORCH_BIN) || TORCH.stream().anyMatch(lower::endsWith)) {
      return Optional.of(ModelFormat.TORCH);
    }
    return Optional.empty();
  }

  /** Whether the file only lists the shards of a model. */
  public static boolean isShardIndex(String path) {
    return path.toLowerCase(Locale.ROOT).endsWith(INDEX);
  }

  /**
   * The model's name: its path in the zoo without extension, such as {@code nets/resnet20.bn} for
   * {@code nets/resnet20.bn.onnx}.
   */
  public static String nameOf(String path) {
    if (isShardIndex(path)) {
      return path.substring(0, path.length() - INDEX.length());
    }
    int dot = path.lastIndexOf('.');
    return dot > path.lastIndexOf('/') + 1 ? path.substring(0, dot) : path;
  }

  /** Paths of a model's files but for the main one; the header must have been read. */
  public static Set<String> partPaths(ModelHeader header) {
    return header.files().stream().skip(1).map(SourceFile::path).collect(Collectors.toSet());
  }

  /**
   * Paths of the shards that an index lists; reads the index alone, so that a listing of the zoo
   * can leave them out.
   *
   * @throws BadModelException if the index is damaged or leads out of the zoo
   */
  public static Set<String> shardPaths(ModelFolder folder, String indexPath, ReaderLimits limits)
      throws IOException {
    return SafetensorsIndexReader.shardPaths(folder, indexPath, limits);
  }

  /**
   * Reads the header of a model; no byte of a weight is interpreted.
   *
   * @param path main file, relative to the zoo
   * @throws BadModelException if the file is damaged, hostile, beyond the limits or of no known
   *     format
   * @throws IOException if the file system fails, or the file shrinks meanwhile
   */
  public static ModelHeader readHeader(ModelFolder folder, String path, ReaderLimits limits)
      throws IOException {
    ModelFormat format =
        formatOf(path)
            .orElseThrow(
                () ->
                    new BadModelException(
                        path,
                        "its extension belongs to no known format",
                        "Name it .safetensors, .onnx, .pt, .pth, .th or .ckpt"));
    return switch (format) {
      case SAFETENSORS ->
          isShardIndex(path)
              ? SafetensorsIndexReader.read(folder, path, limits)
              : readSafetensors(folder, path, limits);
      case ONNX -> OnnxReader.read(folder, path, limits);
      case TORCH -> TorchReader.read(folder, path, limits);
    };
  }

  private static ModelHeader readSafetensors(ModelFolder folder, String path, ReaderLimits limits)
      throws IOException {
    try (ByteSource source = folder.open(path)) {
      SafetensorsReader.Contents contents = SafetensorsReader.read(source, 0, limits);
      return new ModelHeader(
          nameOf(path),
          ModelFormat.SAFETENSORS,
          List.of(new SourceFile(path, source.length())),
          contents.tensors(),
          contents.metadata(),
          List.of());
    }
  }
}
