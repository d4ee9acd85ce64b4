package org.zoopress.method.dictionarypair;

import java.io.Serializable;
import org.zoopress.error.Check;
import org.zoopress.method.RelativeErrors;

/** How many words the blocks of a weight get. */
public sealed interface OperatingPoint extends Serializable {
  /** For tables, for instance {@code error=0.05}. */
  String label(LayerKind kind);

  /**
   * As many words as a relative error needs, given to the blocks where they save most.
   *
   * @param relativeError bound of ‖W − Ŵ‖²/‖W‖² of the whole weight; no unit, above 0, below 1. It
   *     is kept but where rounding alone breaks it: below about 1e-6 with 16-bit factors
   */
  record TargetError(double relativeError) implements OperatingPoint {
    /** Checks the range. */
    public TargetError {
      RelativeErrors.check("dictionary-pair.target-errors", relativeError);
    }

    @Override
    public String label(LayerKind kind) {
      return "error=" + relativeError;
    }
  }

  /**
   * The same number of words for every block of a layer, as in the paper.
   *
   * @param perKind words k of a block; at least 1. A block gets no more than its rank, beyond which
   *     words save nothing
   */
  record Words(PerLayerKind perKind) implements OperatingPoint {
    /** Checks the range. */
    public Words {
      Check.argument(
          perKind.least() >= 1,
          "Cannot use dictionary-pair.words=%s: a block needs at least one word. Choose 1 or more.",
          perKind.least());
    }

    @Override
    public String label(LayerKind kind) {
      return "words=" + perKind.of(kind);
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
    public String label(LayerKind kind) {
      return "exact";
    }
  }
}
