package org.zoopress.method.scalar;

import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedId;
import org.zoopress.method.transform.KernelTransform;

/** A kernel transform and the id by which payloads refer to it. */
record OfferedTransform(SharedId id, KernelTransform transform) {
  static OfferedTransform find(SharedFactors shared, SharedId id) {
    return new OfferedTransform(id, KernelTransform.find(shared, id));
  }
}
