package org.zoopress.zoo;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.error.UserInputException;
import org.zoopress.zoo.ModelHeader.SourceFile;

/**
 * Stored form of a {@link ModelSkeleton}. Its first byte is the version: 1 is {@link
 * PlainSkeletonCodec}, 2 is {@link CompactSkeletonCodec}, which is written for all but large
 * skeletons. Version 1 alone was written by the first release.
 *
 * <p>Entries of safetensors and ONNX are not stored: the header's readers run over the literals
 * again, with the holes between them, and find the same entries.
 */
final class ModelSkeletonCodec {
  /** What was read within the user's limits must be decoded even when the defaults are lower. */
  static final ReaderLimits LIMITS =
      new ReaderLimits(
          Integer.MAX_VALUE - 16,
          Integer.MAX_VALUE,
          255,
          1 << 20,
          1 << 20,
          256,
          Long.MAX_VALUE,
          Integer.MAX_VALUE);

  private ModelSkeletonCodec() {}

  static byte[] encode(ModelSkeleton skeleton) {
    Optional<byte[]> compact = CompactSkeletonCodec.encode(skeleton);
    return compact.isPresent() ? compact.get() : PlainSkeletonCodec.encode(skeleton);
  }

  static ModelSkeleton decode(byte[] bytes) {
    int version = new ByteReader(bytes).readByte();
    return switch (version) {
      case PlainSkeletonCodec.VERSION -> PlainSkeletonCodec.decode(bytes);
      case CompactSkeletonCodec.VERSION -> CompactSkeletonCodec.decode(bytes);
      default ->
          throw new CorruptDataException(
              "model skeleton of version %d, this software reads %d and %d"
                  .formatted(version, PlainSkeletonCodec.VERSION, CompactSkeletonCodec.VERSION));
    };
  }

  static ModelFormat format(int code) {
    return Arrays.stream(ModelFormat.values())
        .filter(f -> f.code() == code)
        .findFirst()
        .orElseThrow(() -> new CorruptDataException("unknown model format " + code));
  }

  static String path(String path) {
    try {
      return ZooPaths.check(path);
    } catch (UserInputException e) {
      throw new CorruptDataException(e.getMessage());
    }
  }

  /** The skeleton of a checkpoint with these entries. */
  static ModelSkeleton checkpoint(
      List<SourceFile> files, List<TensorEntry> tensors, List<String> notes) {
    String name = ModelReaders.nameOf(files.get(0).path());
    return new ModelSkeleton(
        new ModelHeader(
            name, ModelFormat.TORCH, files, List.copyOf(tensors), Map.of(), List.copyOf(notes)),
        List.of(),
        List.of());
  }

  /** The skeleton of files with these literals and holes, which must be a model of that format. */
  static ModelSkeleton files(
      ModelFormat format, List<SourceFile> files, List<byte[]> literals, List<ByteRanges> holes) {
    ModelHeader header;
    try {
      header =
          ModelReaders.readHeader(
              new SkeletonFolder(files, literals, holes), files.get(0).path(), LIMITS);
    } catch (UserInputException | IOException e) {
      throw new CorruptDataException("model skeleton does not read back: " + e.getMessage());
    }
    if (header.format() != format || !header.files().equals(files)) {
      throw new CorruptDataException("model skeleton reads back as another model");
    }
    for (int f = 0; f < files.size(); f++) {
      if (!ByteRanges.holes(header.tensors(), f).equals(holes.get(f))) {
        throw new CorruptDataException(
            "holes of %s do not fit its tensors".formatted(files.get(f).path()));
      }
    }
    return new ModelSkeleton(header, List.copyOf(literals), List.copyOf(holes));
  }
}
