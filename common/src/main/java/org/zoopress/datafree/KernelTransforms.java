package org.zoopress.datafree;

import java.util.HashMap;
import java.util.Map;
import org.zoopress.method.transform.KernelMoments;
import org.zoopress.method.transform.KernelTransform;
import org.zoopress.network.NetworkLayer;

/** Transforms of a network's kernels, one a kernel size where it pays for its own bytes. */
final class KernelTransforms {
  /** What a transform saves at 1 to 2 bits a weight; a part of what was measured on ResNets. */
  private static final double SAVED_BITS = 0.05;

  private KernelTransforms() {}

  /** By number of positions of a kernel. */
  static Map<Integer, KernelTransform> of(NetworkView view) {
    Map<Integer, Long> weights = new HashMap<>();
    for (NetworkLayer layer : view.layers()) {
      weights.merge(KernelTransform.kernelSize(layer.shape()), layer.shape().elements(), Long::sum);
    }
    weights.remove(0);
    weights.entrySet().removeIf(e -> e.getValue() * SAVED_BITS < angles(e.getKey()) * Byte.SIZE);
    Map<Integer, KernelMoments> moments = new HashMap<>();
    for (NetworkLayer layer : view.layers()) {
      int size = KernelTransform.kernelSize(layer.shape());
      if (weights.containsKey(size)) {
        double share = (double) layer.shape().elements() / weights.get(size);
        moments.merge(
            size,
            KernelMoments.of(view.weights().get(layer.weight()), size, share),
            KernelMoments::plus);
      }
    }
    Map<Integer, KernelTransform> transforms = new HashMap<>();
    moments.forEach(
        (size, sum) -> {
          if (!sum.isZero()) {
            transforms.put(size, sum.transform());
          }
        });
    return transforms;
  }

  private static int angles(int size) {
    return size * (size - 1) / 2;
  }
}
