package org.zoopress.archive;

import java.io.Serializable;
import java.util.List;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;

/**
 * What a pack stores for each model: the encoded skeleton of its files, and for each tensor where
 * its parts lie.
 *
 * <pre>
 * byte     format version: 3
 * blob     skeleton ({@link org.zoopress.zoo.ModelSkeleton})
 * rest     where the parts lie ({@link PointerText}) </pre>
 *
 * <p>Versions 1 and 2 are read ({@link PlainPointers}); they were written by the first release, 2
 * where a part is a difference to another one.
 *
 * <p>The own run is not named, so that the bytes do not depend on what a run is called.
 *
 * @param skeleton encoded skeleton
 * @param tensors for each tensor of the skeleton its parts, in the order of their rows
 */
public record ModelBlob(byte[] skeleton, List<List<PartPointer>> tensors) {

  private static final int VERSION = 3;

  /** Largest number of a member in a payload. */
  static final int MAX_MEMBER = 4096;

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
    out.writeByte(VERSION);
    out.writeVarint(skeletonBytes);
    return out.toByteArray();
  }

  /** What comes after the skeleton: where the parts of each tensor lie. */
  public static byte[] suffix(String ownRun, List<List<PartPointer>> tensors) {
    ByteWriter out = new ByteWriter();
    PointerText.write(out, ownRun, tensors);
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
    if (version < PlainPointers.VERSION || version > VERSION) {
      throw new CorruptDataException(
          "model blob format version %d, this software reads %d to %d"
              .formatted(version, PlainPointers.VERSION, VERSION));
    }
    byte[] skeleton = in.readBlob();
    List<List<PartPointer>> tensors =
        version == VERSION
            ? PointerText.read(in, ownRun)
            : PlainPointers.read(in, ownRun, version == PlainPointers.DELTA_VERSION);
    in.expectEnd();
    return new ModelBlob(skeleton, tensors);
  }
}
