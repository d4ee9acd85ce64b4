package org.zoopress.method.tensortrain;

import java.io.Serializable;
import org.zoopress.error.Check;
import org.zoopress.method.RelativeErrors;

/** What decides the ranks of a train. */
public sealed interface OperatingPoint extends Serializable {
  /** For tables, for instance {@code error=0.05}. */
  String label();

  /**
   * As little error as a number of numbers allows.
   *
   * @param ratio weights per number of all cores, above 1. A weight that is too small for it gets
   *     ranks of 1
   */
  record Ratio(double ratio) implements OperatingPoint {
    /** Checks the range. */
    public Ratio {
      Check.argument(
          ratio > 1 && ratio < Double.POSITIVE_INFINITY,
          "Cannot use tensor-train.ratios=%s: cores with as many numbers as the weight save"
              + " nothing. Choose more than 1, for instance 2.",
          ratio);
    }

    @Override
    public String label() {
      return "ratio=" + ratio;
    }
  }

  /**
   * As few numbers as an error allows.
   *
   * @param relativeError bound of ‖W − Ŵ‖²/‖W‖²; no unit, above 0, below 1. It is kept but where
   *     rounding alone breaks it: below about 1e-6 with 16-bit cores
   */
  record TargetError(double relativeError) implements OperatingPoint {
    /** Checks the range. */
    public TargetError {
      RelativeErrors.check("tensor-train.errors", relativeError);
    }

    @Override
    public String label() {
      return "error=" + relativeError;
    }
  }

  /**
   * The weight as exactly as 16-bit and as 32-bit factors can, one result each, where half as many
   * numbers as weights suffice for the first; no result for any other weight. Entropy-coded
   * integers need fewer bytes wherever an error remains; where none does, more bits go on paying.
   * Nothing is decomposed for this point alone.
   */
  record Exact() implements OperatingPoint {
    @Override
    public String label() {
      return "exact";
    }
  }
}
