package org.zoopress.method.additive;

import java.util.List;
import org.zoopress.method.FactorType;
import org.zoopress.method.FactorsContract;
import org.zoopress.method.Method;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedObject;

/** The contract with two shared codebooks on offer beside each weight's own. */
class SharedContractTest extends FactorsContract<AdditiveParams, AdditiveFactors> {
  private static final List<SharedObject> OBJECTS =
      List.of(TestCodebooks.stored(3, 16, 4, 0.1), TestCodebooks.stored(2, 32, 8, 0));

  @Override
  protected Method<AdditiveParams, AdditiveFactors> method() {
    return new AdditiveMethod(
        SharedFactors.of(OBJECTS), OBJECTS.stream().map(SharedObject::id).toList());
  }

  @Override
  protected List<AdditiveParams> parameters() {
    AdditiveParams quick =
        AdditiveParams.DEFAULT
            .withTraining(TrainingParams.DEFAULT.withIterations(1))
            .withCodebooks(1)
            .withFactorType(FactorType.F16);
    return List.of(quick, quick.withScale(ScaleScope.PER_TENSOR));
  }
}
