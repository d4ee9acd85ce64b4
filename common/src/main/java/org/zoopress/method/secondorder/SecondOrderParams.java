package org.zoopress.method.secondorder;

import java.util.List;

/**
 * Parameters of a tensor that is quantized alone, without inputs.
 *
 * @param relativeSteps operating points: the step over the root mean square of the weights;
 *     positive, at least one
 * @param settings all but the step
 */
public record SecondOrderParams(List<Double> relativeSteps, LayerSettings settings) {
  /** Checks the steps. */
  public SecondOrderParams {
    relativeSteps = List.copyOf(relativeSteps);
    if (relativeSteps.isEmpty() || !relativeSteps.stream().allMatch(s -> s > 0 && s <= 100)) {
      throw new IllegalArgumentException("relative steps " + relativeSteps);
    }
  }
}
