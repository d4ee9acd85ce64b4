package org.zoopress.archive;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;

/**
 * What a pack stores for each model: the encoded skeleton of its files, and for each tensor where
 * its parts lie.
 *
 * <pre>
 * byte     format version (1)
 * blob     skeleton ({@link org.zoopress.zoo.ModelSkeleton})
 * varint   number of other runs referred to; then their ids (blobs)
 * varint   number of tensors; for each: number of parts (varint); for each part: run (varint, 0 = the run that stored this
 *          blob), pack (varint), offset (varint), length (varint), member (varint)
 * </pre>
 *
 * <p>The own run is not named, so that the bytes do not depend on what a run is called.
 *
 * @param skeleton encoded skeleton
 * @param tensors for each tensor of the skeleton its parts, in the order of their rows
 */
public record ModelBlob(byte[] skeleton, List<List<PartPointer>> tensors) {

  /** Version that this software writes. */
  public static final int FORMAT_VERSION = 1;

  /** One part of a tensor: the payload and which of its members. */
  public record PartPointer(PayloadPointer payload, int member) implements java.io.Serializable {}

  /**
   * The bytes that are stored.
   *
   * @param ownRun id of the run that stores this blob
   */
  public byte[] encode(String ownRun) {
    ByteWriter out = new ByteWriter();
    out.writeBytes(prefix(skeleton.length));
    out.writeBytes(skeleton);
    out.writeBytes(suffix(ownRun, tensors));
    return out.toByteArray();
  }

  /**
   * What comes before the skeleton: a writer that copies the skeleton from a file needs only its
   * length.
   */
  public static byte[] prefix(int skeletonBytes) {
    ByteWriter out = new ByteWriter();
    out.writeByte(FORMAT_VERSION);
    out.writeVarint(skeletonBytes);
    return out.toByteArray();
  }

  /** What comes after the skeleton: where the parts of each tensor lie. */
  public static byte[] suffix(String ownRun, List<List<PartPointer>> tensors) {
    Map<String, Integer> runs = new LinkedHashMap<>();
    runs.put(ownRun, 0);
    for (List<PartPointer> parts : tensors) {
      parts.forEach(part -> runs.putIfAbsent(part.payload().runId(), runs.size()));
    }
    ByteWriter out = new ByteWriter();
    out.writeVarint(runs.size() - 1);
    runs.keySet().stream()
        .skip(1)
        .forEach(run -> out.writeBlob(run.getBytes(StandardCharsets.UTF_8)));
    out.writeVarint(tensors.size());
    for (List<PartPointer> parts : tensors) {
      out.writeVarint(parts.size());
      for (PartPointer part : parts) {
        out.writeVarint(runs.get(part.payload().runId()));
        out.writeVarint(part.payload().pack());
        out.writeVarint(part.payload().offset());
        out.writeVarint(part.payload().length());
        out.writeVarint(part.member());
      }
    }
    return out.toByteArray();
  }

  /**
   * Inverse of {@link #encode}.
   *
   * @throws CorruptDataException for anything that {@link #encode} cannot have written
   */
  public static ModelBlob decode(byte[] bytes, int offset, int length, String ownRun) {
    ByteReader in = new ByteReader(bytes, offset, length);
    int version = in.readByte();
    if (version != FORMAT_VERSION) {
      throw new CorruptDataException(
          "model blob format version %d, this software reads %d"
              .formatted(version, FORMAT_VERSION));
    }
    byte[] skeleton = in.readBlob();
    List<String> runs = new ArrayList<>(List.of(ownRun));
    int others = in.readVarint(in.remaining(), "number of runs");
    for (int i = 0; i < others; i++) {
      runs.add(new String(in.readBlob(), StandardCharsets.UTF_8));
    }
    int count = in.readVarint(in.remaining(), "number of tensors");
    List<List<PartPointer>> tensors = new ArrayList<>();
    for (int t = 0; t < count; t++) {
      int parts = in.readVarint(in.remaining(), "number of parts");
      List<PartPointer> pointers = new ArrayList<>();
      for (int p = 0; p < parts; p++) {
        String run = runs.get(in.readVarint(runs.size() - 1, "run"));
        int pack = in.readVarint(Integer.MAX_VALUE, "pack");
        int at = in.readVarint(Integer.MAX_VALUE, "offset");
        int size = in.readVarint(Integer.MAX_VALUE, "length");
        pointers.add(
            new PartPointer(
                new PayloadPointer(run, pack, at, size), in.readVarint(4096, "member")));
      }
      tensors.add(pointers);
    }
    in.expectEnd();
    return new ModelBlob(skeleton, tensors);
  }
}
