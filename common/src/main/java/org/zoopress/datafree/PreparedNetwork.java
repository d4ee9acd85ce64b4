package org.zoopress.datafree;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.zoopress.autograd.TorchNetwork;
import org.zoopress.method.transform.KernelTransform;
import org.zoopress.network.Normalization;

/**
 * The part of compressing a network that all operating points share.
 *
 * @param original with its own weights
 * @param compressed whose weights are set as the work goes on
 * @param probes that are fitted to, (N, …)
 * @param heldOut probes that only judge
 * @param probeOrigin where both come from, see {@link NetworkCandidate#probes}
 * @param heldOutLogits the original's answers to these, row-major
 * @param sensitivities of each layer: nats a sample for a squared change of one
 * @param stepFactors step of each layer's weights in units of the network's
 * @param transforms by number of positions of a kernel
 * @param keep weights that must stay exact
 * @param batch samples that a forward and backward pass takes
 */
record PreparedNetwork(
    NetworkView view,
    DataFreeSettings settings,
    TorchNetwork original,
    TorchNetwork compressed,
    Tensor probes,
    Tensor heldOut,
    String probeOrigin,
    float[] heldOutLogits,
    double[] sensitivities,
    double[] stepFactors,
    Map<Integer, KernelTransform> transforms,
    Set<String> keep,
    int batch) {

  /** Whether any vector of a batch norm must stay exact: the others then stay so with it. */
  boolean keeps(Normalization normalization) {
    return Stream.of(
            normalization.scale(),
            normalization.shift(),
            normalization.mean(),
            normalization.variance())
        .anyMatch(keep::contains);
  }
}
