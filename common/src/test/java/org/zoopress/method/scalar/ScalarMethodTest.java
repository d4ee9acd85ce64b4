package org.zoopress.method.scalar;

import java.util.List;
import org.zoopress.coding.Trellis;
import org.zoopress.method.FactorsContract;
import org.zoopress.method.Method;

class ScalarMethodTest extends FactorsContract<ScalarParams, ScalarFactors> {
  @Override
  protected Method<ScalarParams, ScalarFactors> method() {
    return new ScalarMethod();
  }

  @Override
  protected List<ScalarParams> parameters() {
    ScalarParams points = ScalarParams.of(OperatingPoint.bits(3), OperatingPoint.relativeStep(0.2));
    return List.of(
        points,
        points.withScope(StepScope.PER_CHANNEL).withTrellis(Trellis.NONE),
        ScalarParams.of(OperatingPoint.step(0.01)).withTrellis(Trellis.STATES_4));
  }
}
