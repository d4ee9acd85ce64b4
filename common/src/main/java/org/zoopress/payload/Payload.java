package org.zoopress.payload;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.Factors;
import org.zoopress.method.MethodId;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedId;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/**
 * A solved unit: its members and the factors that rebuild them.
 *
 * @param members dtype and shape of each weight partition
 * @param bodies factors in the order of the members; their {@link Factors#members} add up to the
 *     number of members
 */
public record Payload(List<Member> members, List<Factors> bodies) {

  /** Version that this software writes. */
  public static final int FORMAT_VERSION = 1;

  private static final int MAX_MEMBERS = 4096;
  private static final int MAX_RANK = 32;
  private static final int CRC_BYTES = 4;

  /** One weight partition of the unit. */
  public record Member(DType dtype, Shape shape) {}

  /** Checks that the bodies cover the members. */
  public Payload {
    int covered = bodies.stream().mapToInt(Factors::members).sum();
    if (covered != members.size() || members.isEmpty()) {
      throw new IllegalArgumentException(
          "%d members, factors for %d".formatted(members.size(), covered));
    }
  }

  /** The bytes that are stored. */
  public byte[] encode() {
    ByteWriter out = new ByteWriter();
    out.writeByte(FORMAT_VERSION);
    out.writeVarint(members.size());
    for (Member member : members) {
      out.writeByte(member.dtype().code());
      out.writeVarint(member.shape().rank());
      for (long n : member.shape().dims()) {
        out.writeVarint(n);
      }
    }
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
    if (version != FORMAT_VERSION) {
      throw new CorruptDataException(
          "payload format version %d, this software reads %d".formatted(version, FORMAT_VERSION));
    }
    int expected = new ByteReader(bytes, offset + length - CRC_BYTES, CRC_BYTES).readInt();
    int found = crc(bytes, offset, length - CRC_BYTES);
    if (expected != found) {
      throw new CorruptDataException(
          "payload CRC32C is %08x, stored is %08x".formatted(found, expected));
    }
    ByteReader in = new ByteReader(bytes, offset + 1, length - CRC_BYTES - 1);
    List<Member> members = readMembers(in);
    List<Factors> bodies = new ArrayList<>();
    int covered = 0;
    while (covered < members.size()) {
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
    return new Payload(members, bodies);
  }

  /** The shared objects without which this payload cannot be decoded, each once, in order. */
  public List<SharedId> shared() {
    return bodies.stream().flatMap(body -> body.shared().stream()).distinct().sorted().toList();
  }

  /** Elements of one member, rounded to its dtype: little-endian, row-major. */
  public byte[] restore(int member) {
    if (member < 0 || member >= members.size()) {
      throw new CorruptDataException(
          "member %d of a payload with %d".formatted(member, members.size()));
    }
    int first = 0;
    for (Factors body : bodies) {
      if (member < first + body.members()) {
        byte[] data = body.restore(member - first, members.get(member).dtype());
        Member wanted = members.get(member);
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

  private static List<Member> readMembers(ByteReader in) {
    int count = in.readVarint(MAX_MEMBERS, "number of members");
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      DType dtype;
      try {
        dtype = DType.ofCode(in.readByte());
      } catch (IllegalArgumentException e) {
        throw new CorruptDataException(e.getMessage());
      }
      long[] dims = new long[in.readVarint(MAX_RANK, "rank")];
      for (int k = 0; k < dims.length; k++) {
        dims[k] = in.readVarint();
      }
      try {
        Shape shape = Shape.of(dims);
        if (shape.elements() > Integer.MAX_VALUE / dtype.bytes()) {
          throw new CorruptDataException("partition of " + shape + " does not fit an array");
        }
        members.add(new Member(dtype, shape));
      } catch (ArithmeticException e) {
        throw new CorruptDataException("mode sizes overflow");
      }
    }
    if (members.isEmpty()) {
      throw new CorruptDataException("payload without members");
    }
    return members;
  }

  private static void checkApplies(MethodId method, List<Member> members) {
    if (members.isEmpty()) {
      throw new CorruptDataException("factors of %s for no member".formatted(method.label()));
    }
    for (Member member : members) {
      if (method != MethodId.LOSSLESS && !member.dtype().compressible()) {
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
