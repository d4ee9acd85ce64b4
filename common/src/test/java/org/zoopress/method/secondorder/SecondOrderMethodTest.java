package org.zoopress.method.secondorder;

import java.util.List;
import java.util.Optional;
import org.zoopress.coding.Trellis;
import org.zoopress.method.FactorsContract;
import org.zoopress.method.Method;

/** Single tensors, stored as networks of one layer. */
class SecondOrderMethodTest extends FactorsContract<SecondOrderParams, NetworkFactors> {
  @Override
  protected Method<SecondOrderParams, NetworkFactors> method() {
    return new SecondOrderMethod();
  }

  @Override
  protected List<SecondOrderParams> parameters() {
    LayerSettings plain = LayerSettings.ofStep(1);
    LayerSettings other =
        new LayerSettings(1, 0, Trellis.NONE, LayerSettings.DAMPING, Optional.empty());
    return List.of(
        new SecondOrderParams(List.of(0.1, 0.5), plain),
        new SecondOrderParams(List.of(0.3), other));
  }
}
