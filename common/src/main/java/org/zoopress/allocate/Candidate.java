package org.zoopress.allocate;

import java.util.List;
import org.zoopress.method.SharedId;

/**
 * One way to store a unit, as tried.
 *
 * @param method label of the method
 * @param operatingPoint for people, for instance {@code bits=4}
 * @param status what became of it
 * @param reason why it was refused or failed; empty if ok
 * @param payload the bytes to store; empty unless ok
 * @param squaredErrors ‖W−Ŵ‖² of each member, measured on the decoded payload
 * @param squaredNorms ‖W‖² of each member
 * @param restoredKeys hash of each member as decoded, which {@code verify} compares with
 * @param shared what the payload cannot be decoded without and is stored apart
 * @param paperBytes bytes by the counting of the method's paper, −1 if it has none
 * @param seconds CPU time of the solver; shared evenly by the operating points of one solve
 */
public record Candidate(
    String method,
    String operatingPoint,
    Status status,
    String reason,
    byte[] payload,
    double[] squaredErrors,
    double[] squaredNorms,
    String[] restoredKeys,
    List<SharedId> shared,
    long paperBytes,
    double seconds) {

  /** A candidate that came to nothing, with the reason. */
  public static Candidate without(String method, Status status, String reason) {
    return new Candidate(
        method,
        "",
        status,
        reason,
        new byte[0],
        new double[0],
        new double[0],
        new String[0],
        List.of(),
        -1,
        0);
  }

  /** The same with these shared objects. */
  public Candidate withShared(List<SharedId> ids) {
    return new Candidate(
        method,
        operatingPoint,
        status,
        reason,
        payload,
        squaredErrors,
        squaredNorms,
        restoredKeys,
        ids,
        paperBytes,
        seconds);
  }

  /** What became of a candidate. */
  public enum Status {
    /** Solved, encoded, decoded and measured. */
    OK,
    /** The method cannot be applied to this tensor. */
    REFUSED,
    /** The solver or coder failed: a defect of ours or a lack of memory. */
    FAILED
  }
}
