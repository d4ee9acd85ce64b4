package org.zoopress.method.additive;

import java.util.List;
import org.zoopress.method.FactorType;
import org.zoopress.method.FactorsContract;
import org.zoopress.method.Method;

class AdditiveContractTest extends FactorsContract<AdditiveParams, AdditiveFactors> {
  private static final TrainingParams SHORT = TrainingParams.DEFAULT.withIterations(3);

  @Override
  protected Method<AdditiveParams, AdditiveFactors> method() {
    return new AdditiveMethod();
  }

  @Override
  protected List<AdditiveParams> parameters() {
    return List.of(
        AdditiveParams.DEFAULT.withTraining(SHORT).withCodebooks(1, 2, 4),
        AdditiveParams.DEFAULT
            .withTraining(SHORT)
            .withScale(ScaleScope.PER_TENSOR)
            .withFactorTypes(FactorType.F16)
            .withDimension(3)
            .withCodewords(16),
        AdditiveParams.DEFAULT
            .withTraining(SHORT)
            .withCodebooks(2)
            .withFactorTypes(FactorType.F32)
            .withDimension(1));
  }
}
