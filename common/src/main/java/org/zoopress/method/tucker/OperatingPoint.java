package org.zoopress.method.tucker;

import java.io.Serializable;
import org.zoopress.error.Check;
import org.zoopress.method.RelativeErrors;

/** What decides the ranks. */
public sealed interface OperatingPoint extends Serializable {
  /** For tables, for instance {@code ratio=2.0}. */
  String label();

  /**
   * As little error as a number of numbers allows.
   *
   * @param ratio weights per number of all factors, above 1. A weight that is too small for it gets
   *     ranks of 1
   */
  record Ratio(double ratio) implements OperatingPoint {
    /** Checks the range. */
    public Ratio {
      Check.argument(
          ratio > 1 && ratio < Double.POSITIVE_INFINITY,
          "Cannot use tucker.ratios=%s: factors with as many numbers as the weight save nothing."
              + " Choose more than 1, for instance 2.",
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
   *     rounding alone breaks it: below about 1e-6 with 16-bit factors
   */
  record TargetError(double relativeError) implements OperatingPoint {
    /** Checks the range. */
    public TargetError {
      RelativeErrors.check("tucker.errors", relativeError);
    }

    @Override
    public String label() {
      return "error=" + relativeError;
    }
  }

  /** Ranks of the unfoldings by {@link Evbmf}, each at least 1: what stands out from noise. */
  record Evidence() implements OperatingPoint {
    @Override
    public String label() {
      return "evbmf";
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
