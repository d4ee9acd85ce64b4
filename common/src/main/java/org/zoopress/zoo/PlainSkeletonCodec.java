package org.zoopress.zoo;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.ModelHeader.SourceFile;

/**
 * Version 1 of a stored {@link ModelSkeleton}; still that of large ones, since {@link
 * CompactSkeletonCodec} takes microseconds a byte.
 *
 * <pre>
 *   byte      version, 1
 *   varint    length of the body
 *   rest      the body, one zstd frame of level 19
 *
 *   body:
 *   byte      format
 *   varint    number of files; for each: path (blob), length (varint)
 *   PyTorch:  notes (count, blobs), number of tensors,
 *             then all names (blobs), all dtypes (bytes), all shapes (rank, sizes as varints)
 *   others:   for each file: number of holes, for each the bytes since the last and its length;
 *             then for each file: byte 1 if its literals are shortened by {@link OffsetText},
 *             else 0; the literals (blob) </pre>
 *
 * <p>Entries of safetensors and ONNX are not stored: the header's readers run over the literals
 * again, with the holes between them, and find the same entries.
 */
final class PlainSkeletonCodec {
  static final int VERSION = 1;
  private static final int LEVEL = 19;

  private PlainSkeletonCodec() {}

  static byte[] encode(ModelSkeleton skeleton) {
    ByteWriter body = new ByteWriter();
    ModelHeader header = skeleton.header();
    body.writeByte(header.format().code());
    body.writeVarint(header.files().size());
    for (SourceFile file : header.files()) {
      writeText(body, file.path());
      body.writeVarint(file.length());
    }
    if (header.format() == ModelFormat.TORCH) {
      writeEntries(body, header);
    } else {
      writeLiterals(body, skeleton);
    }
    byte[] raw = body.toByteArray();
    ByteWriter out = new ByteWriter();
    out.writeByte(VERSION);
    out.writeVarint(raw.length);
    out.writeBytes(Zstd.compress(raw, LEVEL));
    return out.toByteArray();
  }

  private static void writeEntries(ByteWriter body, ModelHeader header) {
    body.writeVarint(header.notes().size());
    header.notes().forEach(note -> writeText(body, note));
    List<TensorEntry> tensors = header.tensors();
    body.writeVarint(tensors.size());
    tensors.forEach(t -> writeText(body, t.name()));
    tensors.forEach(t -> body.writeByte(t.dtype().code()));
    for (TensorEntry t : tensors) {
      body.writeVarint(t.shape().rank());
      Arrays.stream(t.shape().dims()).forEach(body::writeVarint);
    }
  }

  private static void writeLiterals(ByteWriter body, ModelSkeleton skeleton) {
    int files = skeleton.header().files().size();
    for (int f = 0; f < files; f++) {
      writeHoles(body, skeleton.holes(f));
    }
    for (int f = 0; f < files; f++) {
      byte[] literals = skeleton.literals(f);
      Optional<byte[]> shorter =
          skeleton.header().format() == ModelFormat.SAFETENSORS
              ? OffsetText.shorten(literals)
              : Optional.empty();
      body.writeByte(shorter.isPresent() ? 1 : 0);
      body.writeBlob(shorter.orElse(literals));
    }
  }

  static void writeHoles(ByteWriter body, ByteRanges holes) {
    body.writeVarint(holes.count());
    long position = 0;
    for (int h = 0; h < holes.count(); h++) {
      body.writeVarint(holes.starts()[h] - position);
      body.writeVarint(holes.ends()[h] - holes.starts()[h]);
      position = holes.ends()[h];
    }
  }

  static ModelSkeleton decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    in.readByte(); // the version
    int length = in.readVarint(Integer.MAX_VALUE - 16, "length of a model skeleton");
    ByteReader body = new ByteReader(inflate(in.readBytes(in.remaining()), length));
    int code = body.readByte();
    ModelFormat format = ModelSkeletonCodec.format(code);
    int count = body.readVarint(body.remaining() / 2, "number of files");
    List<SourceFile> files = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      files.add(new SourceFile(ModelSkeletonCodec.path(readText(body)), body.readVarint()));
    }
    if (files.isEmpty()) {
      throw new CorruptDataException("model skeleton without files");
    }
    ModelSkeleton skeleton =
        format == ModelFormat.TORCH ? readEntries(body, files) : readLiterals(body, format, files);
    body.expectEnd();
    return skeleton;
  }

  /** Reads what is there instead of allocating what is claimed: a frame of zeros is tiny. */
  private static byte[] inflate(byte[] frame, int length) {
    try (ZstdInputStream in = new ZstdInputStream(new ByteArrayInputStream(frame))) {
      byte[] body = in.readNBytes(length);
      if (body.length != length || in.read() >= 0) {
        throw new CorruptDataException(
            "model skeleton does not inflate to the %d bytes it claims".formatted(length));
      }
      return body;
    } catch (IOException e) {
      throw new CorruptDataException("model skeleton is no zstd frame: " + e.getMessage());
    }
  }

  private static ModelSkeleton readEntries(ByteReader body, List<SourceFile> files) {
    int noteCount = body.readVarint(body.remaining(), "number of notes");
    List<String> notes = new ArrayList<>(noteCount);
    for (int i = 0; i < noteCount; i++) {
      notes.add(readText(body));
    }
    int count = body.readVarint(body.remaining(), "number of tensors");
    List<String> names = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      names.add(readText(body));
    }
    byte[] dtypes = body.readBytes(count);
    List<TensorEntry> tensors = new ArrayList<>(count);
    long offset = 0;
    for (int i = 0; i < count; i++) {
      long[] dims = new long[body.readVarint(ModelSkeletonCodec.LIMITS.maxRank(), "rank")];
      for (int k = 0; k < dims.length; k++) {
        dims[k] = body.readVarint();
      }
      try {
        TensorEntry entry =
            new TensorEntry(
                names.get(i),
                DType.ofCode(dtypes[i]),
                Shape.of(dims),
                0,
                offset,
                TensorLayout.ROW_MAJOR);
        offset = Math.addExact(offset, entry.bytes());
        tensors.add(entry);
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new CorruptDataException(
            "tensor %d of a model skeleton: %s".formatted(i, e.getMessage()));
      }
    }
    return ModelSkeletonCodec.checkpoint(files, tensors, notes);
  }

  private static ModelSkeleton readLiterals(
      ByteReader body, ModelFormat format, List<SourceFile> files) {
    List<ByteRanges> holes = new ArrayList<>(files.size());
    for (SourceFile file : files) {
      holes.add(readHoles(body, file));
    }
    List<byte[]> literals = new ArrayList<>(files.size());
    for (int f = 0; f < files.size(); f++) {
      long length = files.get(f).length() - holes.get(f).total();
      boolean shortened = body.readVarint(1, "form of literals") == 1;
      byte[] stored = body.readBlob();
      byte[] whole = shortened ? OffsetText.expand(stored) : stored;
      if (whole.length != length) {
        throw new CorruptDataException(
            "%s needs %d literal bytes, found %d"
                .formatted(files.get(f).path(), length, whole.length));
      }
      literals.add(whole);
    }
    return ModelSkeletonCodec.files(format, files, literals, holes);
  }

  static ByteRanges readHoles(ByteReader body, SourceFile file) {
    int count = body.readVarint(body.remaining() / 2, "number of holes");
    long[] starts = new long[count];
    long[] ends = new long[count];
    long position = 0;
    for (int h = 0; h < count; h++) {
      long gap = body.readVarint();
      long length = body.readVarint();
      long left = file.length() - position;
      if (gap > left || length > left - gap || length == 0 || gap == 0 && h > 0) {
        throw new CorruptDataException(
            "hole %d+%d after byte %d of %s with %d bytes"
                .formatted(gap, length, position, file.path(), file.length()));
      }
      starts[h] = position + gap;
      ends[h] = starts[h] + length;
      position = ends[h];
    }
    return new ByteRanges(starts, ends);
  }

  private static void writeText(ByteWriter out, String text) {
    out.writeBlob(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String readText(ByteReader in) {
    return new String(in.readBlob(), StandardCharsets.UTF_8);
  }
}
