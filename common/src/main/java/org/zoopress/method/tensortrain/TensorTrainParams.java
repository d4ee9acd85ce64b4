package org.zoopress.method.tensortrain;

import java.io.Serializable;
import java.util.List;
import org.zoopress.error.Check;
import org.zoopress.method.FactorType;

/**
 * Settings of tensor trains; every operating point is solved with every factor type.
 *
 * @param modes how a weight is split into modes
 * @param operatingPoints at least one
 * @param factorTypes how cores are stored; at least one, none twice
 */
public record TensorTrainParams(
    TrainModes modes, List<OperatingPoint> operatingPoints, List<FactorType> factorTypes)
    implements Serializable {
  /** Three modes, which serve untrained weights best; sizes of the published comparisons. */
  public static final TensorTrainParams DEFAULT =
      new TensorTrainParams(
          TrainModes.THREE,
          List.of(
              new OperatingPoint.Ratio(2),
              new OperatingPoint.Ratio(3),
              new OperatingPoint.Ratio(4)),
          List.of(FactorType.F16));

  /** Checks that there is something to solve. */
  public TensorTrainParams {
    operatingPoints = List.copyOf(operatingPoints);
    factorTypes = List.copyOf(factorTypes);
    Check.argument(
        !operatingPoints.isEmpty(),
        "Cannot use tensor-train: it has no operating point. Set ratios or errors.");
    Check.argument(
        !factorTypes.isEmpty() && factorTypes.stream().distinct().count() == factorTypes.size(),
        "Cannot use tensor-train.factors=%s: each type may be named once, and one must be. Choose"
            + " among f32, f16 and integer.",
        factorTypes);
  }

  /** The same with other operating points. */
  public TensorTrainParams withOperatingPoints(OperatingPoint... points) {
    return new TensorTrainParams(modes, List.of(points), factorTypes);
  }

  /** The same with other factor types. */
  public TensorTrainParams withFactorTypes(FactorType... types) {
    return new TensorTrainParams(modes, operatingPoints, List.of(types));
  }

  /** The same with other modes. */
  public TensorTrainParams withModes(TrainModes other) {
    return new TensorTrainParams(other, operatingPoints, factorTypes);
  }
}
