package org.zoopress.method.dictionarypair;

import java.io.Serializable;
import java.util.List;
import org.zoopress.error.Check;
import org.zoopress.method.FactorType;

/**
 * Settings of the dictionary pair; every operating point is solved with every factor type.
 *
 * @param blockRows largest height m of a block; at least 1. The blocks of a weight are as equal as
 *     can be
 * @param operatingPoints at least one
 * @param factorTypes how D and S are stored; at least one, none twice
 * @param learning constants of the iteration
 * @param sharedLayers most consecutive layers of equal I·s that share one dictionary; a count, 1
 *     for a dictionary per layer
 */
public record DictionaryPairParams(
    PerLayerKind blockRows,
    List<OperatingPoint> operatingPoints,
    List<FactorType> factorTypes,
    LearningParams learning,
    int sharedLayers)
    implements Serializable {
  /** The paper's blocks for ResNets: 32 channels of a 3×3 kernel, 64 of a 1×1, 512 inputs. */
  public static final PerLayerKind PAPER_BLOCK_ROWS = new PerLayerKind(288, 64, 512);

  /** Errors from mild to strong; 16-bit factors as in the paper, and entropy-coded ones. */
  public static final DictionaryPairParams DEFAULT =
      new DictionaryPairParams(
          PAPER_BLOCK_ROWS,
          List.of(
              new OperatingPoint.TargetError(0.01),
              new OperatingPoint.TargetError(0.05),
              new OperatingPoint.TargetError(0.15),
              new OperatingPoint.TargetError(0.3)),
          List.of(FactorType.F16, FactorType.INTEGER),
          LearningParams.DEFAULT,
          1);

  /** Checks the ranges. */
  public DictionaryPairParams {
    operatingPoints = List.copyOf(operatingPoints);
    factorTypes = List.copyOf(factorTypes);
    Check.argument(
        blockRows.least() >= 1,
        "Cannot use dictionary-pair.block-rows=%s: a block needs at least one row. Choose for"
            + " instance 288.",
        blockRows.least());
    Check.argument(
        !operatingPoints.isEmpty(),
        "Cannot use dictionary-pair: it has no operating point. Set target-errors or words.");
    Check.argument(
        !factorTypes.isEmpty() && factorTypes.stream().distinct().count() == factorTypes.size(),
        "Cannot use dictionary-pair.factor-types=%s: each type may be named once, and one must be."
            + " Choose among f32, f16 and integer.",
        factorTypes);
    Check.argument(
        sharedLayers >= 1,
        "Cannot use dictionary-pair.shared-layers=%s: a dictionary serves at least one layer. Choose"
            + " 1 for no sharing.",
        sharedLayers);
  }

  /** The same with other operating points. */
  public DictionaryPairParams withOperatingPoints(OperatingPoint... points) {
    return new DictionaryPairParams(
        blockRows, List.of(points), factorTypes, learning, sharedLayers);
  }

  /** The same with other factor types. */
  public DictionaryPairParams withFactorTypes(FactorType... types) {
    return new DictionaryPairParams(
        blockRows, operatingPoints, List.of(types), learning, sharedLayers);
  }

  /** The same with other block heights. */
  public DictionaryPairParams withBlockRows(PerLayerKind rows) {
    return new DictionaryPairParams(rows, operatingPoints, factorTypes, learning, sharedLayers);
  }

  /** The same with another number of layers that share a dictionary. */
  public DictionaryPairParams withSharedLayers(int layers) {
    return new DictionaryPairParams(blockRows, operatingPoints, factorTypes, learning, layers);
  }
}
