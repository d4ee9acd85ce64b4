package org.zoopress.method.lowranksparse;

import java.io.Serializable;
import java.util.List;
import org.zoopress.error.Check;
import org.zoopress.method.FactorType;

/**
 * Settings of low rank + sparse. Every ratio is solved with every share and factor type, every
 * error with every factor type, every quantized base once.
 *
 * @param operatingPoints at least one
 * @param rankShares parts of a ratio's parameters that the low rank gets, from 0 to 1; none lets
 *     the solver choose the best one for each weight
 * @param factorTypes how U, V and the values of S are stored; at least one, none twice
 * @param threshold how the iteration treats entries of S
 * @param form which matrix a convolution is
 */
public record LowRankSparseParams(
    List<OperatingPoint> operatingPoints,
    List<Double> rankShares,
    List<FactorType> factorTypes,
    Threshold threshold,
    MatrixForm form)
    implements Serializable {
  /** Parameter ratios of the paper's tables, some errors, and a 3-bit base. */
  public static final LowRankSparseParams DEFAULT =
      new LowRankSparseParams(
          List.of(
              new OperatingPoint.Ratio(2),
              new OperatingPoint.Ratio(4),
              new OperatingPoint.TargetError(0.02),
              new OperatingPoint.TargetError(0.1),
              new OperatingPoint.QuantizedBase(3, 0.005, 2)),
          List.of(),
          List.of(FactorType.F16, FactorType.INTEGER),
          Threshold.HARD,
          MatrixForm.SEPARABLE);

  /** Checks the ranges. */
  public LowRankSparseParams {
    operatingPoints = List.copyOf(operatingPoints);
    rankShares = List.copyOf(rankShares);
    factorTypes = List.copyOf(factorTypes);
    Check.argument(
        !operatingPoints.isEmpty(),
        "Cannot use low-rank-sparse: it has no operating point. Set ratios, errors or base-bits.");
    Check.argument(
        rankShares.stream().allMatch(share -> share >= 0 && share <= 1),
        "Cannot use low-rank-sparse.rank-shares=%s: a part of the parameters lies between 0 and 1."
            + " Choose for instance 0.25, or none to let each weight have its best.",
        rankShares);
    Check.argument(
        !factorTypes.isEmpty() && factorTypes.stream().distinct().count() == factorTypes.size(),
        "Cannot use low-rank-sparse.factors=%s: each type may be named once, and one must be. Choose"
            + " among f32, f16 and integer.",
        factorTypes);
  }

  /** The same with other operating points. */
  public LowRankSparseParams withOperatingPoints(OperatingPoint... points) {
    return new LowRankSparseParams(List.of(points), rankShares, factorTypes, threshold, form);
  }

  /** The same with other shares of the low rank. */
  public LowRankSparseParams withRankShares(Double... shares) {
    return new LowRankSparseParams(operatingPoints, List.of(shares), factorTypes, threshold, form);
  }

  /** The same with other factor types. */
  public LowRankSparseParams withFactorTypes(FactorType... types) {
    return new LowRankSparseParams(operatingPoints, rankShares, List.of(types), threshold, form);
  }

  /** The same with another threshold. */
  public LowRankSparseParams withThreshold(Threshold other) {
    return new LowRankSparseParams(operatingPoints, rankShares, factorTypes, other, form);
  }

  /** The same with another matrix. */
  public LowRankSparseParams withForm(MatrixForm other) {
    return new LowRankSparseParams(operatingPoints, rankShares, factorTypes, threshold, other);
  }
}
