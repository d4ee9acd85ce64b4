package org.zoopress.method.lowranksparse;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.zoopress.error.UserInputException;
import org.zoopress.method.FactorType;

class LowRankSparseParamsTest {
  @Test
  void everyValueOutOfRangeIsRefusedWithItsNameAndARemedy() {
    LowRankSparseParams good = LowRankSparseParams.DEFAULT;
    refused(
        () -> new OperatingPoint.Ratio(Double.NaN),
        "Cannot use low-rank-sparse.ratios=NaN: parameters before over parameters after lie between"
            + " 1 and 1000000. Choose for instance 4.");
    refused(
        () -> new OperatingPoint.TargetError(1),
        "Cannot use low-rank-sparse.errors=1.0: an error relative to the weight lies between 0 and"
            + " 1. Choose for instance 0.05.");
    refused(
        () -> new OperatingPoint.QuantizedBase(0, 0.005, 2),
        "Cannot use low-rank-sparse.base-bits=0.0: it must be above 0 and at most 20. Choose for"
            + " instance 3.");
    refused(
        () -> new OperatingPoint.QuantizedBase(3, 1.5, 2),
        "Cannot use low-rank-sparse.outliers=1.5: a share of the weights lies between 0 and 1."
            + " Choose for instance 0.005.");
    refused(
        () -> new OperatingPoint.QuantizedBase(3, 0, -1),
        "Cannot use low-rank-sparse.repair-rank=-1: it must be 0 or more. Choose for instance 2.");
    refused(
        good::withOperatingPoints,
        "Cannot use low-rank-sparse: it has no operating point. Set ratios, errors or base-bits.");
    refused(
        () -> good.withRankShares(0.5, 1.01),
        "Cannot use low-rank-sparse.rank-shares=[0.5, 1.01]: a part of the parameters lies between 0"
            + " and 1. Choose for instance 0.25, or none to let each weight have its best.");
    refused(
        () -> good.withFactorTypes(FactorType.F16, FactorType.F16),
        "Cannot use low-rank-sparse.factors=[F16, F16]: each type may be named once, and one must"
            + " be. Choose among f32, f16 and integer.");
  }

  private static void refused(ThrowingCallable use, String message) {
    assertThatThrownBy(use).isInstanceOf(UserInputException.class).hasMessage(message);
  }
}
