package org.zoopress.payload;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.delta.Difference;
import org.zoopress.method.Factors;
import org.zoopress.method.MethodId;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedId;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/**
 * A solved unit: its members and the factors that rebuild them.
 *
 * <p>A payload stands alone, or holds one weight partition as its difference to another, its base,
 * of equal dtype and shape. A base stands alone: which one it is, whoever refers to the payload
 * knows ({@code archive.ModelBlob}). The factors of a difference rebuild float32 values that are
 * added to those of the base, or, if lossless, unsigned integers that are added to its bit patterns
 * ({@link Difference}); a difference without factors is a copy of its base.
 *
 * @param members dtype and shape of each weight partition; of a difference exactly one
 * @param bodies factors in the order of the members; their {@link Factors#members} add up to the
 *     number of members, or there are none at all in a copy
 */
public record Payload(List<Member> members, List<Factors> bodies, Kind kind) {

  /** What the factors rebuild. */
  public enum Kind {
    /** Weight partitions. */
    PLAIN(1),
    /** The difference of one weight partition to its base. */
    DELTA(2);

    private final int version;

    Kind(int version) {
      this.version = version;
    }

    /** Format version of payloads of this kind with the plain member list. */
    public int version() {
      return version;
    }
  }

  /** Of a plain payload with the compact member list; written where it is shorter. */
  private static final int COMPACT_VERSION = 3;

  private static final int CRC_BYTES = 4;

  /** One weight partition of the unit. */
  public record Member(DType dtype, Shape shape) {}

  /** Checks that the bodies cover the members. */
  public Payload {
    int covered = bodies.stream().mapToInt(Factors::members).sum();
    boolean copy = kind == Kind.DELTA && bodies.isEmpty();
    if (members.isEmpty() || (covered != members.size() && !copy)) {
      throw new IllegalArgumentException(
          "%d members, factors for %d".formatted(members.size(), covered));
    }
    if (kind == Kind.DELTA && members.size() != 1) {
      throw new IllegalArgumentException(
          "a difference of %d members to one base".formatted(members.size()));
    }
  }

  /** One that stands alone. */
  public Payload(List<Member> members, List<Factors> bodies) {
    this(members, bodies, Kind.PLAIN);
  }

  /** The bytes that are stored. */
  public byte[] encode() {
    ByteWriter out = new ByteWriter();
    byte[] plain = MemberList.plain(members);
    byte[] compact =
        kind == Kind.PLAIN && MemberList.isCompactable(members)
            ? MemberList.compact(members)
            : plain;
    boolean shorter = compact.length < plain.length;
    out.writeByte(shorter ? COMPACT_VERSION : kind.version());
    out.writeBytes(shorter ? compact : plain);
    for (Factors body : bodies) {
      ByteWriter factors = new ByteWriter();
      body.write(factors);
      out.writeByte(body.method().code());
      out.writeVarint(body.members());
      out.writeBlob(factors.toByteArray());
    }
    out.writeInt(crc(out.toByteArray(), 0, out.size()));
    return out.toByteArray();
  }

  /**
   * Inverse of {@link #encode}.
   *
   * @param shared where factors that refer to shared objects find them
   * @throws CorruptDataException for anything that {@link #encode} cannot have written
   */
  public static Payload decode(byte[] bytes, int offset, int length, SharedFactors shared) {
    ByteReader all = new ByteReader(bytes, offset, length);
    if (length < CRC_BYTES + 2) {
      throw new CorruptDataException("payload of %d bytes is too short".formatted(length));
    }
    int version = all.readByte();
    if (version < Kind.PLAIN.version() || version > COMPACT_VERSION) {
      throw new CorruptDataException(
          "payload format version %d, this software reads %d to %d"
              .formatted(version, Kind.PLAIN.version(), COMPACT_VERSION));
    }
    Kind kind = version == Kind.DELTA.version() ? Kind.DELTA : Kind.PLAIN;
    int expected = new ByteReader(bytes, offset + length - CRC_BYTES, CRC_BYTES).readInt();
    int found = crc(bytes, offset, length - CRC_BYTES);
    if (expected != found) {
      throw new CorruptDataException(
          "payload CRC32C is %08x, stored is %08x".formatted(found, expected));
    }
    ByteReader in = new ByteReader(bytes, offset + 1, length - CRC_BYTES - 1);
    List<Member> members =
        version == COMPACT_VERSION ? MemberList.readCompact(in) : MemberList.readPlain(in);
    if (kind == Kind.DELTA && members.size() != 1) {
      throw new CorruptDataException(
          "a difference of %d members to one base".formatted(members.size()));
    }
    if (kind == Kind.DELTA && !members.get(0).dtype().compressible()) {
      throw new CorruptDataException("a difference of values of " + members.get(0).dtype());
    }
    List<Factors> bodies = new ArrayList<>();
    int covered = 0;
    boolean copy = kind == Kind.DELTA && in.remaining() == 0;
    while (covered < members.size() && !copy) {
      MethodId method = readMethod(in);
      int count = in.readVarint(members.size() - covered, "number of members");
      List<Member> rebuilt = members.subList(covered, covered + count);
      checkApplies(method, rebuilt);
      List<Shape> shapes = rebuilt.stream().map(Member::shape).toList();
      ByteReader body = in.slice(in.readVarint(in.remaining(), "length of factors"));
      Factors factors = Methods.of(method, shared).read(body, shapes);
      body.expectEnd();
      if (factors.members() != count) {
        throw new CorruptDataException(
            "factors cover %d members, declared %d".formatted(factors.members(), count));
      }
      bodies.add(factors);
      covered += count;
    }
    in.expectEnd();
    return new Payload(members, bodies, kind);
  }

  /** The shared objects without which this payload cannot be decoded, each once, in order. */
  public List<SharedId> shared() {
    return bodies.stream().flatMap(body -> body.shared().stream()).distinct().sorted().toList();
  }

  /**
   * Elements of one member, rounded to its dtype: little-endian, row-major.
   *
   * @throws CorruptDataException if it is a difference, or has no such member
   */
  public byte[] restore(int member) {
    checkMember(member);
    if (kind == Kind.DELTA) {
      throw new CorruptDataException("the payload is a difference, and its base is not named");
    }
    return restored(member, members.get(member));
  }

  /**
   * Elements of the member of a difference.
   *
   * @param base the payload that it is a difference to
   * @param baseMember which of its members
   * @throws CorruptDataException if this is no difference, or that payload cannot be its base
   */
  public byte[] restore(int member, Payload base, int baseMember) {
    checkMember(member);
    base.checkMember(baseMember);
    if (kind != Kind.DELTA) {
      throw new CorruptDataException("the payload stands alone, and a base is named");
    }
    if (base.kind != Kind.PLAIN) {
      throw new CorruptDataException("the base is itself a difference");
    }
    if (!base.members.get(baseMember).equals(members.get(member))) {
      throw new CorruptDataException(
          "a difference of %s to a base of %s"
              .formatted(members.get(member), base.members.get(baseMember)));
    }
    return add(base.restore(baseMember));
  }

  /** The member of a difference, with its base's elements given. */
  public byte[] add(byte[] base) {
    Member whole = members.get(0);
    if (bodies.isEmpty()) {
      return base;
    }
    if (bodies.get(0).method() == MethodId.LOSSLESS) {
      Member patterns = new Member(Difference.patternType(whole.dtype()), whole.shape());
      return Difference.addPatterns(whole.dtype(), restored(0, patterns), base);
    }
    byte[] values = restored(0, new Member(DType.F32, whole.shape()));
    return Difference.addValues(whole.dtype(), DType.F32.toFloats(values), base);
  }

  private void checkMember(int member) {
    if (member < 0 || member >= members.size()) {
      throw new CorruptDataException(
          "member %d of a payload with %d".formatted(member, members.size()));
    }
  }

  private byte[] restored(int member, Member wanted) {
    int first = 0;
    for (Factors body : bodies) {
      if (member < first + body.members()) {
        byte[] data = body.restore(member - first, wanted.dtype());
        if (data.length != wanted.shape().elements() * wanted.dtype().bytes()) {
          throw new CorruptDataException(
              "%s %s decoded to %d bytes".formatted(wanted.dtype(), wanted.shape(), data.length));
        }
        return data;
      }
      first += body.members();
    }
    throw new IllegalStateException("bodies cover fewer members than checked");
  }

  private static void checkApplies(MethodId method, List<Member> members) {
    if (members.isEmpty()) {
      throw new CorruptDataException("factors of %s for no member".formatted(method.label()));
    }
    boolean exact = method == MethodId.LOSSLESS || method == MethodId.SECOND_ORDER;
    for (Member member : members) {
      if (!exact && !member.dtype().compressible()) {
        throw new CorruptDataException(
            "factors of %s for values of %s".formatted(method.label(), member.dtype()));
      }
    }
  }

  private static MethodId readMethod(ByteReader in) {
    try {
      return MethodId.ofCode(in.readByte());
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException(e.getMessage());
    }
  }

  private static int crc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
