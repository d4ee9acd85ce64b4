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
      double seconds)
      implements Serializable {

    /** Σ of the members' squared errors. */
    public double squaredError() {
      return sum(squaredErrors);
    }

    /** Σ of the members' squared norms. */
    public double squaredNorm() {
      return sum(squaredNorms);
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
          seconds);
    }

    private static double sum(double[] values) {
      double total = 0;
      for (double value : values) {
        total += value;
      }
      return total;
    }
  }

  /** Whether the unit could not be solved at all. */
  public boolean failed() {
    return !error.isEmpty();
  }
}
