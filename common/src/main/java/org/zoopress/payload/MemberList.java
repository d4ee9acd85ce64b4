package org.zoopress.payload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.zoopress.coding.AdaptiveIntegers;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.payload.Payload.Member;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/**
 * Dtypes and shapes of the members of a payload, in one of two forms.
 *
 * <p>Plain: number of members as a varint; of each its dtype code (byte), rank (varint) and mode
 * sizes (varints).
 *
 * <p>Compact, for the tensors of a network, which repeat themselves: number of members as a varint,
 * then a blob of {@link AdaptiveIntegers}: of each member 0 if it equals the one that last followed
 * the same two members, else one more than its place among the distinct members so far. A new one
 * has the place behind the last, and then follow dtype code and rank, each less that of the new one
 * before, and the mode sizes, each less that of the last new one of this rank.
 */
final class MemberList {
  private static final int MAX_MEMBERS = 4096;
  private static final int MAX_RANK = 32;

  // Kinds of integers.
  private static final int PLACE = 0;
  private static final int DTYPE = 1;
  private static final int RANK = 2;
  private static final int DIMENSION = 3; // and the kinds after it, one a mode

  // State of the compact form, the same in writer and reader.
  private final List<Member> distinct = new ArrayList<>();
  private final Map<List<Integer>, Integer> followers = new HashMap<>();
  private final Map<Integer, Shape> shapes = new HashMap<>();
  private int last = -1;
  private int beforeLast = -1;

  private MemberList() {}

  /** The plain form. */
  static byte[] plain(List<Member> members) {
    ByteWriter out = new ByteWriter();
    out.writeVarint(members.size());
    for (Member member : members) {
      out.writeByte(member.dtype().code());
      out.writeVarint(member.shape().rank());
      for (long n : member.shape().dims()) {
        out.writeVarint(n);
      }
    }
    return out.toByteArray();
  }

  /** Inverse of {@link #plain}. */
  static List<Member> readPlain(ByteReader in) {
    int count = in.readVarint(MAX_MEMBERS, "number of members");
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      DType dtype = dtype(in.readByte());
      long[] dims = new long[in.readVarint(MAX_RANK, "rank")];
      for (int k = 0; k < dims.length; k++) {
        dims[k] = in.readVarint();
      }
      members.add(checked(dtype, dims));
    }
    return notEmpty(members);
  }

  /** The compact form, which holds shapes of mode sizes below 2^31. */
  static byte[] compact(List<Member> members) {
    AdaptiveIntegers.Writer integers = new AdaptiveIntegers.Writer();
    MemberList state = new MemberList();
    for (Member member : members) {
      int place = state.distinct.indexOf(member);
      int known = place < 0 ? state.distinct.size() : place;
      integers.write(PLACE, known == state.expected() ? 0 : known + 1);
      if (place < 0) {
        Member before = state.newest();
        integers.write(DTYPE, member.dtype().code() - before.dtype().code());
        int rank = member.shape().rank();
        integers.write(RANK, rank - before.shape().rank());
        for (int k = 0; k < rank; k++) {
          integers.write(
              DIMENSION + k, (int) member.shape().dim(k) - state.expectedDimension(rank, k));
        }
      }
      state.learn(known, member);
    }
    ByteWriter out = new ByteWriter();
    out.writeVarint(members.size());
    out.writeBlob(integers.finish());
    return out.toByteArray();
  }

  /** Whether {@link #compact} can hold the members. */
  static boolean isCompactable(List<Member> members) {
    for (Member member : members) {
      for (long n : member.shape().dims()) {
        if (n > Integer.MAX_VALUE) {
          return false;
        }
      }
    }
    return true;
  }

  /** Inverse of {@link #compact}. */
  static List<Member> readCompact(ByteReader in) {
    int count = in.readVarint(MAX_MEMBERS, "number of members");
    AdaptiveIntegers.Reader integers = new AdaptiveIntegers.Reader(in.readBlob());
    MemberList state = new MemberList();
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int code = integers.read(PLACE);
      int place = code == 0 ? state.expected() : code - 1;
      if (place < 0 || place > state.distinct.size()) {
        throw new CorruptDataException(
            "member %d of %d distinct ones".formatted(place, state.distinct.size()));
      }
      Member member =
          place < state.distinct.size() ? state.distinct.get(place) : state.readNew(integers);
      members.add(member);
      state.learn(place, member);
    }
    return notEmpty(members);
  }

  private Member readNew(AdaptiveIntegers.Reader integers) {
    Member before = newest();
    DType dtype = dtype(integers.read(DTYPE) + before.dtype().code());
    int rank = integers.read(RANK) + before.shape().rank();
    if (rank < 0 || rank > MAX_RANK) {
      throw new CorruptDataException(
          "rank is %d, at most %d is possible".formatted(rank, MAX_RANK));
    }
    long[] dims = new long[rank];
    for (int k = 0; k < rank; k++) {
      dims[k] = (long) integers.read(DIMENSION + k) + expectedDimension(rank, k);
      if (dims[k] < 0) {
        throw new CorruptDataException("mode size %d".formatted(dims[k]));
      }
    }
    return checked(dtype, dims);
  }

  private Member newest() {
    return distinct.isEmpty()
        ? new Member(DType.F32, Shape.of())
        : distinct.get(distinct.size() - 1);
  }

  private int expectedDimension(int rank, int k) {
    Shape shape = shapes.get(rank);
    return shape == null ? 0 : (int) shape.dim(k);
  }

  private int expected() {
    return followers.getOrDefault(List.of(beforeLast, last), distinct.size());
  }

  private void learn(int place, Member member) {
    followers.put(List.of(beforeLast, last), place);
    beforeLast = last;
    last = place;
    if (place == distinct.size()) {
      distinct.add(member);
      shapes.put(member.shape().rank(), member.shape());
    }
  }

  private static DType dtype(int code) {
    try {
      return DType.ofCode(code);
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException(e.getMessage());
    }
  }

  private static Member checked(DType dtype, long[] dims) {
    try {
      Shape shape = Shape.of(dims);
      if (shape.elements() > Integer.MAX_VALUE / dtype.bytes()) {
        throw new CorruptDataException("partition of " + shape + " does not fit an array");
      }
      return new Member(dtype, shape);
    } catch (ArithmeticException e) {
      throw new CorruptDataException("mode sizes overflow");
    }
  }

  private static List<Member> notEmpty(List<Member> members) {
    if (members.isEmpty()) {
      throw new CorruptDataException("payload without members");
    }
    return members;
  }
}
