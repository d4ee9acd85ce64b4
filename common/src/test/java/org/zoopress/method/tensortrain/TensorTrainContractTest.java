package org.zoopress.method.tensortrain;

import java.util.List;
import org.zoopress.method.FactorType;
import org.zoopress.method.FactorsContract;
import org.zoopress.method.Method;

class TensorTrainContractTest extends FactorsContract<TensorTrainParams, TensorTrainFactors> {
  @Override
  protected Method<TensorTrainParams, TensorTrainFactors> method() {
    return new TensorTrainMethod();
  }

  @Override
  protected List<TensorTrainParams> parameters() {
    TensorTrainParams all =
        TensorTrainParams.DEFAULT
            .withFactorTypes(FactorType.INTEGER, FactorType.F32, FactorType.F16)
            .withOperatingPoints(
                new OperatingPoint.Ratio(3),
                new OperatingPoint.TargetError(0.3),
                new OperatingPoint.TargetError(1e-4));
    return List.of(all, all.withModes(TrainModes.FIVE));
  }
}
