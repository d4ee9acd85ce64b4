package org.zoopress.io;

import java.io.Serializable;
import java.util.List;
import org.zoopress.method.MethodId;

/**
 * A unit that is to be solved.
 *
 * @param methods those whose candidates are wanted, besides the lossless one
 */
public record UnitTask(UnitPlan plan, List<MethodId> methods) implements Serializable {

  /** Bytes of the unit. */
  public long bytes() {
    return plan.bytes();
  }
}
