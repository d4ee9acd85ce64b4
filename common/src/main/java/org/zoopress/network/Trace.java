package org.zoopress.network;

import java.util.HashMap;
import java.util.Map;
import org.zoopress.tensor.Shape;

/**
 * What is known of the values of a network when its batch has one certain size.
 *
 * @param batch the size
 * @param shapes of all values
 * @param constants values that do not depend on the input, but perhaps on the batch
 * @param fromWeights values of nodes that read weights alone, where they are small
 */
record Trace(
    long batch,
    Map<String, Shape> shapes,
    Map<String, Constant> constants,
    Map<String, Constant> fromWeights) {
  Trace(long batch) {
    this(batch, new HashMap<>(), new HashMap<>(), new HashMap<>());
  }

  /** Adds a constant. */
  void add(String name, Constant value) {
    constants.put(name, value);
    shapes.put(name, value.shape());
  }
}
