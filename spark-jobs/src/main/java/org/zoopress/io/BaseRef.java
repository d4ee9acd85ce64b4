package org.zoopress.io;

import java.io.Serializable;
import java.util.List;
import org.zoopress.archive.ModelBlob.MemberPointer;
import org.zoopress.method.SharedId;

/**
 * The partition that another one is solved as the difference to, as it is or will be restored.
 *
 * @param place where it lies in the archive; null if this run has solved it
 * @param solution the chosen candidate of this run; null if an archive has it
 * @param member which member of the solution
 * @param restoredKey hash of its restored values
 * @param shared objects that it cannot be decoded without
 */
public record BaseRef(
    MemberPointer place,
    SolvedUnit.Solution solution,
    int member,
    String restoredKey,
    List<SharedId> shared)
    implements Serializable {

  /** One that a committed run has stored. */
  public static BaseRef stored(MemberPointer place, String restoredKey, List<SharedId> shared) {
    return new BaseRef(place, null, place.member(), restoredKey, shared);
  }

  /** One that this run has chosen. */
  public static BaseRef solved(SolvedUnit.Solution solution, int member) {
    return new BaseRef(null, solution, member, solution.restoredKeys()[member], solution.shared());
  }
}
