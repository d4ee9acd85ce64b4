package org.zoopress.archive;

import java.util.ArrayList;
import java.util.List;
import org.zoopress.archive.ModelBlob.MemberPointer;
import org.zoopress.archive.ModelBlob.PartPointer;
import org.zoopress.coding.ByteReader;

/**
 * Where the parts of a model's tensors lie, in versions 1 and 2 of {@link ModelBlob}:
 *
 * <pre>
 * varint   number of other runs referred to; then their ids (blobs)
 * varint   number of tensors; for each: number of parts (varint); for each part: run (varint, 0 = the run that stored this
 *          blob), pack (varint), offset (varint), length (varint), member (varint); in version 2 twice the member, plus
 *          one if the part is a difference, and then its base: run, pack, offset, length, member (varints)
 * </pre>
 */
final class PlainPointers {
  static final int VERSION = 1;
  static final int DELTA_VERSION = 2;

  private PlainPointers() {}

  static List<List<PartPointer>> read(ByteReader in, String ownRun, boolean mayBeDelta) {
    List<String> runs = PointerText.readRuns(in, ownRun);
    int count = in.readVarint(in.remaining(), "number of tensors");
    List<List<PartPointer>> tensors = new ArrayList<>();
    for (int t = 0; t < count; t++) {
      int parts = in.readVarint(in.remaining(), "number of parts");
      List<PartPointer> pointers = new ArrayList<>();
      for (int p = 0; p < parts; p++) {
        pointers.add(readPart(in, runs, mayBeDelta));
      }
      tensors.add(pointers);
    }
    return tensors;
  }

  private static PartPointer readPart(ByteReader in, List<String> runs, boolean mayBeDelta) {
    PayloadPointer payload = PointerText.readPayload(in, runs);
    if (!mayBeDelta) {
      return new PartPointer(payload, in.readVarint(ModelBlob.MAX_MEMBER, "member"));
    }
    int member = in.readVarint(2 * ModelBlob.MAX_MEMBER + 1, "member");
    MemberPointer base = (member & 1) == 0 ? null : PointerText.readMember(in, runs);
    return new PartPointer(payload, member >> 1, base);
  }
}
