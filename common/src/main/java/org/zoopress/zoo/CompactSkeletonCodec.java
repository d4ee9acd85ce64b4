package org.zoopress.zoo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.coding.TextCoder;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.ModelHeader.SourceFile;

/**
 * Version 2 of a stored {@link ModelSkeleton}: what does not follow from the rest, compressed by
 * contexts after a primer of what is usual in models.
 *
 * <pre>
 *   byte      version, 2
 *   rest      text of {@link TextCoder}, primed with skeleton-primer.txt
 *
 *   text:
 *   byte      format
 *   PyTorch:  path and a zero, length (varint), notes (count, blobs), {@link EntryText}
 *   others:   number of files; for each: path and a zero, and one of
 *             0, length (varint), holes as in version 1, literals (blob)
 *             1, {@link GraphText}
 *             2, {@link SafetensorsText} </pre>
 *
 * <p>The length of a file in a form but 0 follows from its literals and holes.
 */
final class CompactSkeletonCodec {
  static final int VERSION = 2;

  /** Texts beyond would take more than about a second. */
  static final int MAX_TEXT = 1 << 18;

  /** Bytes of all names of a checkpoint: front coding makes a few bytes stand for long ones. */
  static final int MAX_NAMES = 1 << 24;

  private static final int PLAIN = 0;
  private static final int GRAPH = 1;
  private static final int SAFETENSORS = 2;

  /** Primed once: learning takes longer than most skeletons. */
  private static final class Coder {
    static final TextCoder INSTANCE = new TextCoder(primer());
  }

  private CompactSkeletonCodec() {}

  /** The bytes; empty if the skeleton is too large, or has names that no text can have. */
  static Optional<byte[]> encode(ModelSkeleton skeleton) {
    byte[] text;
    try {
      text = text(skeleton);
    } catch (NotExpressibleException e) {
      return Optional.empty();
    }
    ByteWriter out = new ByteWriter();
    out.writeByte(VERSION);
    out.writeBytes(Coder.INSTANCE.encode(text));
    return Optional.of(out.toByteArray());
  }

  /** What is compressed. */
  static byte[] text(ModelSkeleton skeleton) throws NotExpressibleException {
    ByteWriter text = new ByteWriter();
    ModelHeader header = skeleton.header();
    text.writeByte(header.format().code());
    if (header.format() == ModelFormat.TORCH) {
      writeCheckpoint(text, header);
    } else {
      writeFiles(text, skeleton);
    }
    if (text.size() > MAX_TEXT) {
      throw new NotExpressibleException("a long text");
    }
    return text.toByteArray();
  }

  private static void writeCheckpoint(ByteWriter text, ModelHeader header)
      throws NotExpressibleException {
    if (header.files().size() != 1) {
      throw new NotExpressibleException("a checkpoint of several files");
    }
    writePath(text, header.files().get(0).path());
    text.writeVarint(header.files().get(0).length());
    text.writeVarint(header.notes().size());
    for (String note : header.notes()) {
      text.writeBlob(note.getBytes(StandardCharsets.UTF_8));
    }
    EntryText entries = new EntryText();
    for (TensorEntry t : header.tensors()) {
      entries.write(text, latin(t.name()), t.dtype(), t.shape().dims());
    }
    text.writeByte(0);
  }

  private static void writeFiles(ByteWriter text, ModelSkeleton skeleton)
      throws NotExpressibleException {
    List<SourceFile> files = skeleton.header().files();
    text.writeVarint(files.size());
    for (int f = 0; f < files.size(); f++) {
      writePath(text, files.get(f).path());
      writeFile(text, files.get(f), skeleton.literals(f), skeleton.holes(f));
      if (text.size() > MAX_TEXT) {
        throw new NotExpressibleException("a long text");
      }
    }
  }

  /** In the first form that gives these bytes and holes back. */
  private static void writeFile(
      ByteWriter text, SourceFile file, byte[] literals, ByteRanges holes) {
    for (int form : new int[] {GRAPH, SAFETENSORS}) {
      ByteWriter structured = new ByteWriter();
      try {
        if (form == GRAPH) {
          GraphText.write(structured, literals, holes);
        } else {
          SafetensorsText.write(structured, literals);
        }
        FileText read = readForm(new ByteReader(structured.toByteArray()), form);
        if (Arrays.equals(read.literals(), literals) && read.holes().equals(holes)) {
          text.writeByte(form);
          text.writeBytes(structured.toByteArray());
          return;
        }
      } catch (NotExpressibleException | CorruptDataException e) {
        continue; // the next form
      }
    }
    text.writeByte(PLAIN);
    text.writeVarint(file.length());
    PlainSkeletonCodec.writeHoles(text, holes);
    text.writeBlob(literals);
  }

  private static FileText readForm(ByteReader in, int form) {
    return switch (form) {
      case GRAPH -> GraphText.read(in);
      case SAFETENSORS -> SafetensorsText.read(in);
      default -> throw new CorruptDataException("a file of form %d".formatted(form));
    };
  }

  static ModelSkeleton decode(byte[] bytes) {
    byte[] decoded = Coder.INSTANCE.decode(Arrays.copyOfRange(bytes, 1, bytes.length), MAX_TEXT);
    ByteReader text = new ByteReader(decoded);
    ModelFormat format = ModelSkeletonCodec.format(text.readByte());
    ModelSkeleton skeleton =
        format == ModelFormat.TORCH ? readCheckpoint(text) : readFiles(text, format);
    text.expectEnd();
    return skeleton;
  }

  private static ModelSkeleton readCheckpoint(ByteReader text) {
    SourceFile file = new SourceFile(readPath(text), text.readVarint());
    int count = text.readVarint(text.remaining(), "number of notes");
    List<String> notes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      notes.add(new String(text.readBlob(), StandardCharsets.UTF_8));
    }
    List<TensorEntry> tensors = new ArrayList<>();
    long offset = 0;
    long nameBytes = 0;
    EntryText entries = new EntryText();
    for (EntryText.Entry e = entries.read(text); e != null; e = entries.read(text)) {
      nameBytes += e.name().length();
      if (nameBytes > MAX_NAMES) {
        throw new CorruptDataException("names of more than %d bytes".formatted(MAX_NAMES));
      }
      try {
        TensorEntry tensor =
            new TensorEntry(
                unicode(e.name()),
                e.dtype(),
                Shape.of(e.dims()),
                0,
                offset,
                TensorLayout.ROW_MAJOR);
        offset = Math.addExact(offset, tensor.bytes());
        tensors.add(tensor);
      } catch (IllegalArgumentException | ArithmeticException x) {
        throw new CorruptDataException(
            "tensor %d of a model skeleton: %s".formatted(tensors.size(), x.getMessage()));
      }
    }
    return ModelSkeletonCodec.checkpoint(List.of(file), tensors, notes);
  }

  private static ModelSkeleton readFiles(ByteReader text, ModelFormat format) {
    int count = text.readVarint(text.remaining() / 2, "number of files");
    if (count == 0) {
      throw new CorruptDataException("model skeleton without files");
    }
    List<SourceFile> files = new ArrayList<>(count);
    List<byte[]> literals = new ArrayList<>(count);
    List<ByteRanges> holes = new ArrayList<>(count);
    for (int f = 0; f < count; f++) {
      String path = readPath(text);
      int form = text.readByte();
      if (form == PLAIN) {
        SourceFile file = new SourceFile(path, text.readVarint());
        ByteRanges ranges = PlainSkeletonCodec.readHoles(text, file);
        byte[] bytes = text.readBlob();
        if (bytes.length != file.length() - ranges.total()) {
          throw new CorruptDataException(
              "%s needs %d literal bytes, found %d"
                  .formatted(path, file.length() - ranges.total(), bytes.length));
        }
        files.add(file);
        literals.add(bytes);
        holes.add(ranges);
      } else {
        FileText read = readForm(text, form);
        files.add(new SourceFile(path, read.literals().length + read.holes().total()));
        literals.add(read.literals());
        holes.add(read.holes());
      }
    }
    return ModelSkeletonCodec.files(format, files, literals, holes);
  }

  private static void writePath(ByteWriter text, String path) throws NotExpressibleException {
    SkeletonBytes.writeText(text, latin(path));
  }

  private static String readPath(ByteReader text) {
    return ModelSkeletonCodec.path(unicode(SkeletonBytes.readText(text)));
  }

  /** The bytes of a text in UTF-8, one in each character. */
  private static String latin(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static String unicode(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** The bytes that {@code skeleton-primer.txt} stands for. */
  static byte[] primer() {
    try (InputStream in = CompactSkeletonCodec.class.getResourceAsStream("skeleton-primer.txt")) {
      return PrimerText.parse(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read skeleton-primer.txt", e);
    }
  }
}
