package org.zoopress.datafree;

import java.util.Locale;

/** How often a network is quantized at one step, and to what, in one search for a size. */
interface Passes {
  /** log₂ of the step that the search begins with. */
  double first();

  /** Steps at which {@link #run} makes sense. */
  StepSearch.Range range();

  /**
   * The network at a step; depends on nothing else, whatever steps were before.
   *
   * @param logStep log₂, in the range
   */
  SequentialPass.Result run(double logStep);

  /** The step in words. */
  default String operatingPoint(double logStep) {
    return String.format(Locale.ROOT, "step=%.5f", Math.pow(2, logStep));
  }
}
