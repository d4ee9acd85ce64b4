package org.zoopress.method.rotatedtrellis;

import java.util.List;
import org.zoopress.method.FactorsContract;
import org.zoopress.method.Method;

class RotatedTrellisContractTest
    extends FactorsContract<RotatedTrellisParams, RotatedTrellisFactors> {
  @Override
  protected Method<RotatedTrellisParams, RotatedTrellisFactors> method() {
    return new RotatedTrellisMethod();
  }

  @Override
  protected List<RotatedTrellisParams> parameters() {
    return List.of(
        RotatedTrellisParams.DEFAULT.withStates(1 << 8).withBits(0.25, 1.0, 2.0, 7.0),
        RotatedTrellisParams.DEFAULT.withStates(1 << 9).withBits(1.5));
  }
}
