package org.zoopress.io;

import java.io.Serializable;
import java.util.List;
import org.zoopress.method.SharedId;

/**
 * What is known of a solved unit once its payloads lie in a staged file.
 *
 * @param key {@link UnitPlan#solutionKey}
 * @param error why the unit could not be read or solved at all; empty if it was
 */
public record SolvedUnit(String key, String errorClass, String error, List<Solution> solutions)
    implements Serializable {

  /**
   * A candidate without its payload.
   *
   * @param status {@code ok}, {@code refused} or {@code failed}
   * @param file staged file with the payload
   * @param offset first byte of the payload in that file
   * @param length bytes of the payload
   * @param shared what the payload cannot be decoded without and is stored apart
   * @param figures of a whole network; null of any other unit
   */
  public record Solution(
      String method,
      String operatingPoint,
      String status,
      String reason,
      String file,
      long offset,
      int length,
      double[] squaredErrors,
      double[] squaredNorms,
      String[] restoredKeys,
      List<SharedId> shared,
      long paperBytes,
      double seconds,
      NetworkFigures figures)
      implements Serializable {

    /** A candidate of a unit that is no network. */
    public Solution(
        String method,
        String operatingPoint,
        String status,
        String reason,
        String file,
        long offset,
        int length,
        double[] squaredErrors,
        double[] squaredNorms,
        String[] restoredKeys,
        List<SharedId> shared,
        long paperBytes,
        double seconds) {
      this(
          method,
          operatingPoint,
          status,
          reason,
          file,
          offset,
          length,
          squaredErrors,
          squaredNorms,
          restoredKeys,
          shared,
          paperBytes,
          seconds,
          null);
    }

    /**
     * Σ of the members' squared errors; of a network those of its layers' weights, since folding a
     * batch norm changes the others without any error.
     */
    public double squaredError() {
      return sum(squaredErrors);
    }

    /** Σ of the squared norms of the same members. */
    public double squaredNorm() {
      return sum(squaredNorms);
    }

    /** The same with its payload there. */
    Solution at(String otherFile, long otherOffset, int bytes) {
      return new Solution(
          method,
          operatingPoint,
          status,
          reason,
          otherFile,
          otherOffset,
          bytes,
          squaredErrors,
          squaredNorms,
          restoredKeys,
          shared,
          paperBytes,
          seconds,
          figures);
    }

    /** The same with other figures, to plan with. */
    public Solution withPrediction(int bytes, double[] errors, double[] norms) {
      return new Solution(
          method,
          operatingPoint,
          status,
          reason,
          file,
          offset,
          bytes,
          errors,
          norms,
          restoredKeys,
          shared,
          paperBytes,
          seconds,
          figures);
    }

    private double sum(double[] values) {
      double total = 0;
      for (int m = 0; m < values.length; m++) {
        total += figures == null || figures.weights()[m] ? values[m] : 0;
      }
      return total;
    }
  }

  /** Whether the unit could not be solved at all. */
  public boolean failed() {
    return !error.isEmpty();
  }
}
