package org.zoopress.method.tucker;

import java.io.Serializable;
import java.util.List;
import org.zoopress.error.Check;
import org.zoopress.method.FactorType;

/**
 * Settings of the Tucker method; every operating point is solved with every factor type.
 *
 * @param operatingPoints at least one
 * @param factorTypes how factors are stored; at least one, none twice
 * @param format arrangements of k×k convolutions; a layer without kernel is always a product of two
 *     matrices
 */
public record TuckerParams(
    List<OperatingPoint> operatingPoints, List<FactorType> factorTypes, ConvolutionFormat format)
    implements Serializable {
  /** Sizes of the published comparisons, the best arrangement of each layer. */
  public static final TuckerParams DEFAULT =
      new TuckerParams(
          List.of(
              new OperatingPoint.Ratio(2),
              new OperatingPoint.Ratio(3),
              new OperatingPoint.Ratio(4)),
          List.of(FactorType.F16),
          ConvolutionFormat.BEST);

  /** Checks that there is something to solve. */
  public TuckerParams {
    operatingPoints = List.copyOf(operatingPoints);
    factorTypes = List.copyOf(factorTypes);
    Check.argument(
        !operatingPoints.isEmpty(),
        "Cannot use tucker: it has no operating point. Set ratios, errors or ranks.");
    Check.argument(
        !factorTypes.isEmpty() && factorTypes.stream().distinct().count() == factorTypes.size(),
        "Cannot use tucker.factors=%s: each type may be named once, and one must be. Choose among"
            + " f32, f16 and integer.",
        factorTypes);
  }

  /** The same with other operating points. */
  public TuckerParams withOperatingPoints(OperatingPoint... points) {
    return new TuckerParams(List.of(points), factorTypes, format);
  }

  /** The same with other factor types. */
  public TuckerParams withFactorTypes(FactorType... types) {
    return new TuckerParams(operatingPoints, List.of(types), format);
  }

  /** The same with other arrangements of convolutions. */
  public TuckerParams withFormat(ConvolutionFormat other) {
    return new TuckerParams(operatingPoints, factorTypes, other);
  }
}
