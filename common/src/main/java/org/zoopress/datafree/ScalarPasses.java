package org.zoopress.datafree;

import java.util.Map;
import org.zoopress.method.secondorder.LayerCoder;
import org.zoopress.method.secondorder.StoredMember;

/**
 * One pass a step, to points of a scalar quantizer.
 *
 * @param exact a member for each weight of the network, that of the original
 */
record ScalarPasses(
    PreparedNetwork prepared, Map<String, StoredMember> exact, double first, Progress progress)
    implements Passes {
  /** Far more octaves than a search needs: steps stay positive and finite. */
  private static final double SPAN = 32;

  @Override
  public StepSearch.Range range() {
    return new StepSearch.Range(first - SPAN, first + SPAN);
  }

  @Override
  public SequentialPass.Result run(double logStep) {
    double unit = Math.pow(2, logStep);
    return new SequentialPass(prepared, exact, unit, LayerCoder.SCALAR, progress).run();
  }
}
