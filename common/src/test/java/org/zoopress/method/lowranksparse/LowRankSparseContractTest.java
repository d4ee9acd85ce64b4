package org.zoopress.method.lowranksparse;

import java.util.List;
import org.zoopress.method.FactorType;
import org.zoopress.method.FactorsContract;
import org.zoopress.method.Method;

class LowRankSparseContractTest extends FactorsContract<LowRankSparseParams, LowRankSparseFactors> {
  @Override
  protected Method<LowRankSparseParams, LowRankSparseFactors> method() {
    return new LowRankSparse();
  }

  @Override
  protected List<LowRankSparseParams> parameters() {
    return List.of(
        LowRankSparseParams.DEFAULT,
        LowRankSparseParams.DEFAULT
            .withThreshold(Threshold.SOFT)
            .withForm(MatrixForm.FILTERS)
            .withFactorTypes(FactorType.F32, FactorType.INTEGER)
            .withRankShares(0.0, 0.3, 1.0)
            .withOperatingPoints(
                new OperatingPoint.Ratio(3),
                new OperatingPoint.Ratio(1e5),
                new OperatingPoint.TargetError(1e-4),
                new OperatingPoint.QuantizedBase(2, 0, 1),
                new OperatingPoint.QuantizedBase(4, 1, 0)));
  }
}
