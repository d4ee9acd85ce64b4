package org.zoopress.method.dictionarypair;

import java.util.List;
import org.zoopress.method.FactorType;
import org.zoopress.method.FactorsContract;
import org.zoopress.method.Method;

class DictionaryPairContractTest
    extends FactorsContract<DictionaryPairParams, DictionaryPairFactors> {
  @Override
  protected Method<DictionaryPairParams, DictionaryPairFactors> method() {
    return new DictionaryPair();
  }

  @Override
  protected List<DictionaryPairParams> parameters() {
    return List.of(
        DictionaryPairParams.DEFAULT,
        DictionaryPairParams.DEFAULT
            .withBlockRows(new PerLayerKind(20, 4, 16))
            .withFactorTypes(FactorType.INTEGER, FactorType.F32, FactorType.F16)
            .withOperatingPoints(
                new OperatingPoint.Words(new PerLayerKind(3, 2, 5)),
                new OperatingPoint.TargetError(0.5),
                new OperatingPoint.TargetError(1e-4)));
  }
}
