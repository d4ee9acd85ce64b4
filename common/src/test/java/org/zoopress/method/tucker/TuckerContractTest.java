package org.zoopress.method.tucker;

import java.util.List;
import org.zoopress.method.FactorType;
import org.zoopress.method.FactorsContract;
import org.zoopress.method.Method;

class TuckerContractTest extends FactorsContract<TuckerParams, TuckerFactors> {
  @Override
  protected Method<TuckerParams, TuckerFactors> method() {
    return new TuckerMethod();
  }

  @Override
  protected List<TuckerParams> parameters() {
    TuckerParams all =
        TuckerParams.DEFAULT
            .withFactorTypes(FactorType.INTEGER, FactorType.F32, FactorType.F16)
            .withOperatingPoints(
                new OperatingPoint.Ratio(3),
                new OperatingPoint.TargetError(0.3),
                new OperatingPoint.TargetError(1e-4),
                new OperatingPoint.Evidence());
    return List.of(all, all.withFormat(ConvolutionFormat.SPATIAL));
  }
}
