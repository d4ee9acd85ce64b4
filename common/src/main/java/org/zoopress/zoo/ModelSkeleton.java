package org.zoopress.zoo;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.error.BadModelException;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.ModelHeader.SourceFile;

/**
 * All of a model but the values of its tensors: with them, {@link ModelWriter} writes the files
 * again byte for byte. For each file it holds the literals, the bytes outside of the tensors.
 *
 * <p>A PyTorch checkpoint has no literals, for a pickle is not written again: it is restored as
 * safetensors. Its entries are therefore kept as if packed one behind the other.
 */
public final class ModelSkeleton {
  private final ModelHeader header;
  private final List<byte[]> literals;
  private final List<ByteRanges> holes;

  ModelSkeleton(ModelHeader header, List<byte[]> literals, List<ByteRanges> holes) {
    this.header = header;
    this.literals = literals;
    this.holes = holes;
  }

  /** The model's files, tensors and metadata. */
  public ModelHeader header() {
    return header;
  }

  /** Bytes outside of the tensors of one file, by index into {@link ModelHeader#files}. */
  byte[] literals(int file) {
    return literals.get(file);
  }

  /** Ranges of one file that tensors fill. */
  ByteRanges holes(int file) {
    return holes.get(file);
  }

  /** {@link #read(ModelFolder, ModelHeader, ReaderLimits)} with the default limits. */
  public static ModelSkeleton read(ModelFolder folder, ModelHeader header) throws IOException {
    return read(folder, header, ReaderLimits.DEFAULT);
  }

  /**
   * Reads the literals of a model's files.
   *
   * @param header as {@link ModelReaders#readHeader} read it
   * @throws BadModelException if there are more literal bytes than {@link
   *     ReaderLimits#maxHeaderBytes}, or a file has changed its length
   */
  public static ModelSkeleton read(ModelFolder folder, ModelHeader header, ReaderLimits limits)
      throws IOException {
    if (header.format() == ModelFormat.TORCH) {
      return packed(header);
    }
    List<ByteRanges> holes = new ArrayList<>();
    long total = 0;
    for (int f = 0; f < header.files().size(); f++) {
      SourceFile file = header.files().get(f);
      ByteRanges ranges = ByteRanges.holes(header.tensors(), f);
      holes.add(ranges);
      total += file.length() - ranges.total();
      if (total > limits.maxHeaderBytes()) {
        throw new BadModelException(
            file.path(),
            "%d bytes belong to no tensor, at most %d can be kept"
                .formatted(total, limits.maxHeaderBytes()),
            "Leave the file out, or raise reader.max-header-bytes");
      }
    }
    List<byte[]> literals = new ArrayList<>();
    for (int f = 0; f < header.files().size(); f++) {
      literals.add(readLiterals(folder, header.files().get(f), holes.get(f)));
    }
    return new ModelSkeleton(header, List.copyOf(literals), List.copyOf(holes));
  }

  private static byte[] readLiterals(ModelFolder folder, SourceFile file, ByteRanges holes)
      throws IOException {
    byte[] literals = new byte[(int) (file.length() - holes.total())];
    try (ByteSource source = folder.open(file.path())) {
      if (source.length() != file.length()) {
        throw new BadModelException(
            file.path(),
            "it had %d bytes and now has %d".formatted(file.length(), source.length()),
            "Do not change the zoo while it is read");
      }
      int filled = 0;
      long position = 0;
      for (int h = 0; h <= holes.count(); h++) {
        long end = h < holes.count() ? holes.starts()[h] : file.length();
        int count = (int) (end - position);
        source.readFully(position, literals, filled, count);
        filled += count;
        position = h < holes.count() ? holes.ends()[h] : end;
      }
    }
    return literals;
  }

  /** A checkpoint's skeleton: its entries packed in their order, and no literals. */
  private static ModelSkeleton packed(ModelHeader header) {
    List<TensorEntry> entries = new ArrayList<>(header.tensors().size());
    long offset = 0;
    for (TensorEntry t : header.tensors()) {
      Shape shape = t.shape();
      entries.add(new TensorEntry(t.name(), t.dtype(), shape, 0, offset, TensorLayout.ROW_MAJOR));
      offset = Math.addExact(offset, t.bytes());
    }
    return new ModelSkeleton(
        new ModelHeader(
            header.name(),
            header.format(),
            header.files(),
            List.copyOf(entries),
            Map.of(),
            header.notes()),
        List.of(),
        List.of());
  }

  /**
   * SHA-256, in hexadecimal, of where tensors lie in the files and of all bytes besides: equal for
   * two models that differ in the names of their files and the values of their weights at most.
   */
  public String literalsKey() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
    ByteWriter places = new ByteWriter();
    places.writeByte(header.format().code());
    places.writeVarint(literals.size());
    for (int f = 0; f < literals.size(); f++) {
      places.writeVarint(literals.get(f).length);
      places.writeVarint(holes.get(f).count());
      for (int h = 0; h < holes.get(f).count(); h++) {
        places.writeVarint(holes.get(f).starts()[h]);
        places.writeVarint(holes.get(f).ends()[h]);
      }
    }
    digest.update(places.toByteArray());
    literals.forEach(digest::update);
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Compact bytes, see {@link ModelSkeletonCodec}; equal models give equal bytes. */
  public byte[] encode() {
    return ModelSkeletonCodec.encode(this);
  }

  /**
   * Inverse of {@link #encode}.
   *
   * @throws CorruptDataException for bytes that {@link #encode} cannot have written
   */
  public static ModelSkeleton decode(byte[] bytes) {
    return ModelSkeletonCodec.decode(bytes);
  }
}
