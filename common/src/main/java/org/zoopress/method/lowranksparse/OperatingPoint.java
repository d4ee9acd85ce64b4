package org.zoopress.method.lowranksparse;

import java.io.Serializable;
import org.zoopress.error.Check;
import org.zoopress.method.RelativeErrors;

/** How much of a weight is kept. */
public sealed interface OperatingPoint extends Serializable {
  /** For tables, for instance {@code ratio=4}. */
  String label();

  /**
   * As many parameters as a ratio leaves: r(m + n) + c ≤ m·n/ratio, positions not counted.
   *
   * @param ratio parameters before over after; at least 1
   */
  record Ratio(double ratio) implements OperatingPoint {
    /** Checks the range. */
    public Ratio {
      Check.argument(
          ratio >= 1 && ratio <= 1e6,
          "Cannot use low-rank-sparse.ratios=%s: parameters before over parameters after lie between"
              + " 1 and 1000000. Choose for instance 4.",
          ratio);
    }

    @Override
    public String label() {
      return "ratio=" + ratio;
    }
  }

  /**
   * As few bytes as a relative error needs.
   *
   * @param relativeError bound of ‖W − Ŵ‖²/‖W‖²; no unit, above 0, below 1. It is kept but where
   *     rounding alone breaks it: below about 1e-6 with 16-bit factors
   */
  record TargetError(double relativeError) implements OperatingPoint {
    /** Checks the range. */
    public TargetError {
      RelativeErrors.check("low-rank-sparse.errors", relativeError);
    }

    @Override
    public String label() {
      return "error=" + relativeError;
    }
  }

  /**
   * Quantized base + sparse outliers + low-rank repair of what both leave over; outliers and repair
   * are stored as 16-bit numbers.
   *
   * @param bits stored bits a weight of the base; above 0, at most 20
   * @param outliers share of the weights, the largest ones, that are stored by themselves; from 0
   *     to 1
   * @param rank of the repair; at least 0
   */
  record QuantizedBase(double bits, double outliers, int rank) implements OperatingPoint {
    /** Checks the ranges. */
    public QuantizedBase {
      Check.argument(
          bits > 0 && bits <= 20,
          "Cannot use low-rank-sparse.base-bits=%s: it must be above 0 and at most 20. Choose for"
              + " instance 3.",
          bits);
      Check.argument(
          outliers >= 0 && outliers <= 1,
          "Cannot use low-rank-sparse.outliers=%s: a share of the weights lies between 0 and 1."
              + " Choose for instance 0.005.",
          outliers);
      Check.argument(
          rank >= 0,
          "Cannot use low-rank-sparse.repair-rank=%s: it must be 0 or more. Choose for instance 2.",
          rank);
    }

    @Override
    public String label() {
      return "base-bits=%s outliers=%s rank=%s".formatted(bits, outliers, rank);
    }
  }

  /**
   * The weight as exactly as 16-bit and as 32-bit factors can, one result each, where half as many
   * numbers as weights suffice for the first; no result for any other weight. Entropy-coded
   * integers need fewer bytes wherever an error remains; where none does, more bits go on paying.
   * Nothing is decomposed for this point: it takes what the points before it came upon.
   */
  record Exact() implements OperatingPoint {
    @Override
    public String label() {
      return "exact";
    }
  }
}
