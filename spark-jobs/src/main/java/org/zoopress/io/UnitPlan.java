package org.zoopress.io;

import java.io.Serializable;
import java.util.List;
import org.zoopress.tensor.Shape;

/**
 * A unit of solving: one weight partition, or several that share factors.
 *
 * @param fingerprint hash of content, cut and all settings: what an earlier run chose to store for
 *     an equal one may stay
 * @param solutionKey hash of content, cut and the settings of the methods, without those that
 *     choose (methods tried, target): equal keys give equal candidates of a method
 * @param keepReason why it stays lossless whatever the methods; empty if it may be compressed
 */
public record UnitPlan(
    String fingerprint, String solutionKey, List<Member> members, String keepReason)
    implements Serializable {

  /**
   * One partition of the unit.
   *
   * @param tensorKey content hash of the whole tensor
   * @param partKey hash of this block
   * @param firstRow first row of the block, in the output mode
   * @param rows number of rows; 1 for a scalar
   * @param gram staged file, named by its content, with H of what the layer sees; empty if unknown
   */
  public record Member(
      TensorRef tensor,
      String tensorKey,
      String partKey,
      int part,
      long firstRow,
      long rows,
      String gram)
      implements Serializable {

    /** Shape of the block. */
    public Shape shape() {
      Shape whole = tensor.entry().shape();
      return rows == whole.rows() ? whole : whole.withRows(rows);
    }

    /** Bytes of the block. */
    public long bytes() {
      long total = Math.max(1, tensor.entry().shape().rows());
      return tensor.entry().bytes() / total * rows;
    }
  }

  /** Bytes of all members. */
  public long bytes() {
    return members.stream().mapToLong(Member::bytes).sum();
  }
}
