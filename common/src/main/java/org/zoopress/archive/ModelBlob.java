package org.zoopress.archive;

import java.io.Serializable;
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
 * byte     format version: 1, or 2 if a part is a difference to another one
 * blob     skeleton ({@link org.zoopress.zoo.ModelSkeleton})
 * varint   number of other runs referred to; then their ids (blobs)
 * varint   number of tensors; for each: number of parts (varint); for each part: run (varint, 0 = the run that stored this
 *          blob), pack (varint), offset (varint), length (varint), member (varint); in version 2 twice the member, plus
 *          one if the part is a difference, and then its base: run, pack, offset, length, member (varints)
 * </pre>
 *
 * <p>The own run is not named, so that the bytes do not depend on what a run is called.
 *
 * @param skeleton encoded skeleton
 * @param tensors for each tensor of the skeleton its parts, in the order of their rows
 */
public record ModelBlob(byte[] skeleton, List<List<PartPointer>> tensors) {

  private static final int PLAIN_VERSION = 1;
  private static final int DELTA_VERSION = 2;
  private static final int MAX_MEMBER = 4096;

  /** One member of a payload. */
  public record MemberPointer(PayloadPointer payload, int member) implements Serializable {}

  /**
   * One part of a tensor.
   *
   * @param payload the payload that it is stored in
   * @param member which of the payload's members
   * @param base what the payload is the difference to; null if it stands alone
   */
  public record PartPointer(PayloadPointer payload, int member, MemberPointer base)
      implements Serializable {

    /** A part that stands alone. */
    public PartPointer(PayloadPointer payload, int member) {
      this(payload, member, null);
    }

    /** The same as the base of another part. */
    public MemberPointer asMember() {
      return new MemberPointer(payload, member);
    }

    /** Whether it is a difference. */
    public boolean isDelta() {
      return base != null;
    }
  }

  /**
   * The bytes that are stored.
   *
   * @param ownRun id of the run that stores this blob
   */
  public byte[] encode(String ownRun) {
    ByteWriter out = new ByteWriter();
    out.writeBytes(prefix(skeleton.length, tensors));
    out.writeBytes(skeleton);
    out.writeBytes(suffix(ownRun, tensors));
    return out.toByteArray();
  }

  /**
   * What comes before the skeleton: a writer that copies the skeleton from a file needs only its
   * length.
   */
  public static byte[] prefix(int skeletonBytes, List<List<PartPointer>> tensors) {
    ByteWriter out = new ByteWriter();
    out.writeByte(hasDelta(tensors) ? DELTA_VERSION : PLAIN_VERSION);
    out.writeVarint(skeletonBytes);
    return out.toByteArray();
  }

  private static boolean hasDelta(List<List<PartPointer>> tensors) {
    return tensors.stream().anyMatch(parts -> parts.stream().anyMatch(PartPointer::isDelta));
  }

  /** What comes after the skeleton: where the parts of each tensor lie. */
  public static byte[] suffix(String ownRun, List<List<PartPointer>> tensors) {
    Map<String, Integer> runs = new LinkedHashMap<>();
    runs.put(ownRun, 0);
    for (List<PartPointer> parts : tensors) {
      for (PartPointer part : parts) {
        runs.putIfAbsent(part.payload().runId(), runs.size());
        if (part.isDelta()) {
          runs.putIfAbsent(part.base().payload().runId(), runs.size());
        }
      }
    }
    boolean hasDelta = hasDelta(tensors);
    ByteWriter out = new ByteWriter();
    out.writeVarint(runs.size() - 1);
    runs.keySet().stream()
        .skip(1)
        .forEach(run -> out.writeBlob(run.getBytes(StandardCharsets.UTF_8)));
    out.writeVarint(tensors.size());
    for (List<PartPointer> parts : tensors) {
      out.writeVarint(parts.size());
      for (PartPointer part : parts) {
        write(out, runs, part.payload());
        int flag = part.isDelta() ? 1 : 0;
        out.writeVarint(hasDelta ? 2 * part.member() + flag : part.member());
        if (part.isDelta()) {
          write(out, runs, part.base().payload());
          out.writeVarint(part.base().member());
        }
      }
    }
    return out.toByteArray();
  }

  private static void write(ByteWriter out, Map<String, Integer> runs, PayloadPointer payload) {
    out.writeVarint(runs.get(payload.runId()));
    out.writeVarint(payload.pack());
    out.writeVarint(payload.offset());
    out.writeVarint(payload.length());
  }

  /**
   * Inverse of {@link #encode}.
   *
   * @throws CorruptDataException for anything that {@link #encode} cannot have written
   */
  public static ModelBlob decode(byte[] bytes, int offset, int length, String ownRun) {
    ByteReader in = new ByteReader(bytes, offset, length);
    int version = in.readByte();
    if (version != PLAIN_VERSION && version != DELTA_VERSION) {
      throw new CorruptDataException(
          "model blob format version %d, this software reads %d and %d"
              .formatted(version, PLAIN_VERSION, DELTA_VERSION));
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
        pointers.add(readPart(in, runs, version == DELTA_VERSION));
      }
      tensors.add(pointers);
    }
    in.expectEnd();
    return new ModelBlob(skeleton, tensors);
  }

  private static PartPointer readPart(ByteReader in, List<String> runs, boolean mayBeDelta) {
    PayloadPointer payload = readPayload(in, runs);
    if (!mayBeDelta) {
      return new PartPointer(payload, in.readVarint(MAX_MEMBER, "member"));
    }
    int member = in.readVarint(2 * MAX_MEMBER + 1, "member");
    MemberPointer base =
        (member & 1) == 0
            ? null
            : new MemberPointer(readPayload(in, runs), in.readVarint(MAX_MEMBER, "member"));
    return new PartPointer(payload, member >> 1, base);
  }

  private static PayloadPointer readPayload(ByteReader in, List<String> runs) {
    return new PayloadPointer(
        runs.get(in.readVarint(runs.size() - 1, "run")),
        in.readVarint(Integer.MAX_VALUE, "pack"),
        in.readVarint(Integer.MAX_VALUE, "offset"),
        in.readVarint(Integer.MAX_VALUE, "length"));
  }
}
