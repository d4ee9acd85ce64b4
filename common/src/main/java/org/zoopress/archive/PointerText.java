package org.zoopress.archive;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.zoopress.archive.ModelBlob.MemberPointer;
import org.zoopress.archive.ModelBlob.PartPointer;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;

/**
 * Where the parts of a model's tensors lie, each told by how it differs from the one before:
 *
 * <pre>
 * varint   number of other runs referred to; then their ids (blobs)
 * varint   number of parts of all tensors; then steps until all are there, each beginning with a varint:
 *            2 k          the next k parts are the next k members of the same payload
 *            2 flags + 1  one part, with those of its fields that the flags do not settle
 * counts   for each tensor its number of parts: 0, or the number and how many more tensors have as many (varints)
 *
 * flags    1  the same payload as before
 *          2  the same run and pack, else both (varints); the run that stores this is 0
 *          4  it begins where the payload before ended, else its offset (varint)
 *          8  member 0, else the member (varint)
 *         16  a difference, whose base comes last: run, pack, offset, length, member (varints)
 * </pre>
 *
 * <p>The length (varint) stands behind the offset. Before the first part lies an empty payload at
 * the start of pack 0 of the own run. A model of one payload takes a few bytes, one with a payload
 * for each tensor two to four a tensor.
 */
final class PointerText {
  private static final int SAME_PAYLOAD = 1;
  private static final int SAME_PACK = 2;
  private static final int ADJACENT = 4;
  private static final int FIRST_MEMBER = 8;
  private static final int DELTA = 16;
  private static final int ALL_FLAGS = 31;

  /** Parts of a model; a few bytes may stand for many, so that they alone bound no memory. */
  private static final int MAX_PARTS = 1 << 22;

  private PointerText() {}

  static void write(ByteWriter out, String ownRun, List<List<PartPointer>> tensors) {
    List<PartPointer> parts = tensors.stream().flatMap(List::stream).toList();
    Map<String, Integer> runs = new LinkedHashMap<>();
    runs.put(ownRun, 0);
    for (PartPointer part : parts) {
      runs.putIfAbsent(part.payload().runId(), runs.size());
      if (part.isDelta()) {
        runs.putIfAbsent(part.base().payload().runId(), runs.size());
      }
    }
    out.writeVarint(runs.size() - 1);
    runs.keySet().stream()
        .skip(1)
        .forEach(run -> out.writeBlob(run.getBytes(StandardCharsets.UTF_8)));
    out.writeVarint(parts.size());
    PartPointer before = start(ownRun);
    for (int p = 0; p < parts.size(); ) {
      int run = membersInOrder(before, parts, p);
      if (run > 0) {
        out.writeVarint(2L * run);
        p += run;
      } else {
        writeStep(out, runs, before, parts.get(p));
        p++;
      }
      before = parts.get(p - 1);
    }
    writeCounts(out, tensors);
  }

  private static PartPointer start(String ownRun) {
    return new PartPointer(new PayloadPointer(ownRun, 0, 0, 0), 0);
  }

  private static int membersInOrder(PartPointer before, List<PartPointer> parts, int first) {
    int run = 0;
    PartPointer next = next(before);
    while (first + run < parts.size() && parts.get(first + run).equals(next)) {
      run++;
      next = next(next);
    }
    return run;
  }

  private static PartPointer next(PartPointer part) {
    return new PartPointer(part.payload(), part.member() + 1);
  }

  private static void writeStep(
      ByteWriter out, Map<String, Integer> runs, PartPointer before, PartPointer part) {
    PayloadPointer last = before.payload();
    PayloadPointer payload = part.payload();
    boolean samePayload = payload.equals(last);
    boolean samePack = payload.runId().equals(last.runId()) && payload.pack() == last.pack();
    boolean adjacent = payload.offset() == end(last);
    out.writeVarint(
        2
                * ((samePayload ? SAME_PAYLOAD : 0)
                    | (samePack ? SAME_PACK : 0)
                    | (adjacent ? ADJACENT : 0)
                    | (part.member() == 0 ? FIRST_MEMBER : 0)
                    | (part.isDelta() ? DELTA : 0))
            + 1);
    if (!samePayload) {
      if (!samePack) {
        out.writeVarint(runs.get(payload.runId()));
        out.writeVarint(payload.pack());
      }
      if (!adjacent) {
        out.writeVarint(payload.offset());
      }
      out.writeVarint(payload.length());
    }
    if (part.member() != 0) {
      out.writeVarint(part.member());
    }
    if (part.isDelta()) {
      PayloadPointer base = part.base().payload();
      out.writeVarint(runs.get(base.runId()));
      out.writeVarint(base.pack());
      out.writeVarint(base.offset());
      out.writeVarint(base.length());
      out.writeVarint(part.base().member());
    }
  }

  private static long end(PayloadPointer payload) {
    return (long) payload.offset() + payload.length();
  }

  private static void writeCounts(ByteWriter out, List<List<PartPointer>> tensors) {
    for (int t = 0; t < tensors.size(); ) {
      int parts = tensors.get(t).size();
      out.writeVarint(parts);
      int alike = 1;
      // An empty tensor takes a byte, so that a few bytes cannot claim many.
      while (parts > 0 && t + alike < tensors.size() && tensors.get(t + alike).size() == parts) {
        alike++;
      }
      if (parts > 0) {
        out.writeVarint(alike - 1L);
      }
      t += alike;
    }
  }

  /** Inverse of {@link #write}; reads to the end. */
  static List<List<PartPointer>> read(ByteReader in, String ownRun) {
    List<String> runs = readRuns(in, ownRun);
    int count = in.readVarint(MAX_PARTS, "number of parts");
    List<PartPointer> parts = new ArrayList<>();
    PartPointer before = start(ownRun);
    while (parts.size() < count) {
      int step = in.readVarint(Integer.MAX_VALUE, "step");
      if ((step & 1) == 0) {
        int run = step >> 1;
        // Members are few, so that memory stays in proportion to the bytes.
        if (run == 0
            || run > count - parts.size()
            || run > ModelBlob.MAX_MEMBER - before.member()) {
          throw new CorruptDataException(
              "%d members after member %d, %d parts are left"
                  .formatted(run, before.member(), count - parts.size()));
        }
        for (int k = 0; k < run; k++) {
          before = next(before);
          parts.add(before);
        }
      } else {
        before = readStep(in, runs, before, step >> 1);
        parts.add(before);
      }
    }
    return readCounts(in, parts);
  }

  private static PartPointer readStep(
      ByteReader in, List<String> runs, PartPointer before, int flags) {
    if (flags > ALL_FLAGS) {
      throw new CorruptDataException("flags %d of a part".formatted(flags));
    }
    PayloadPointer payload = before.payload();
    if ((flags & SAME_PAYLOAD) == 0) {
      boolean samePack = (flags & SAME_PACK) != 0;
      String run = samePack ? payload.runId() : readRun(in, runs);
      int pack = samePack ? payload.pack() : in.readVarint(Integer.MAX_VALUE, "pack");
      long offset = (flags & ADJACENT) != 0 ? end(payload) : in.readVarint();
      if (offset > Integer.MAX_VALUE) {
        throw new CorruptDataException("offset %d of a payload".formatted(offset));
      }
      int length = in.readVarint(Integer.MAX_VALUE, "length");
      payload = new PayloadPointer(run, pack, (int) offset, length);
    }
    int member = (flags & FIRST_MEMBER) != 0 ? 0 : in.readVarint(ModelBlob.MAX_MEMBER, "member");
    return new PartPointer(payload, member, (flags & DELTA) != 0 ? readMember(in, runs) : null);
  }

  private static List<List<PartPointer>> readCounts(ByteReader in, List<PartPointer> parts) {
    List<List<PartPointer>> tensors = new ArrayList<>();
    int taken = 0;
    while (in.remaining() > 0) {
      int count = in.readVarint(parts.size() - taken, "number of parts");
      int alike = 1;
      if (count > 0) {
        alike += in.readVarint((parts.size() - taken) / count - 1, "number of like tensors");
      }
      for (int k = 0; k < alike; k++) {
        tensors.add(List.copyOf(parts.subList(taken, taken + count)));
        taken += count;
      }
    }
    if (taken != parts.size()) {
      throw new CorruptDataException(
          "%d parts belong to no tensor".formatted(parts.size() - taken));
    }
    return tensors;
  }

  static List<String> readRuns(ByteReader in, String ownRun) {
    List<String> runs = new ArrayList<>(List.of(ownRun));
    int others = in.readVarint(in.remaining(), "number of runs");
    for (int i = 0; i < others; i++) {
      runs.add(new String(in.readBlob(), StandardCharsets.UTF_8));
    }
    return runs;
  }

  private static String readRun(ByteReader in, List<String> runs) {
    return runs.get(in.readVarint(runs.size() - 1, "run"));
  }

  static PayloadPointer readPayload(ByteReader in, List<String> runs) {
    return new PayloadPointer(
        readRun(in, runs),
        in.readVarint(Integer.MAX_VALUE, "pack"),
        in.readVarint(Integer.MAX_VALUE, "offset"),
        in.readVarint(Integer.MAX_VALUE, "length"));
  }

  static MemberPointer readMember(ByteReader in, List<String> runs) {
    return new MemberPointer(readPayload(in, runs), in.readVarint(ModelBlob.MAX_MEMBER, "member"));
  }
}
