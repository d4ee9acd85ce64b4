package org.zoopress.method.integer;

import java.io.Serializable;

/** There is nothing to set: the number of bits is the method's name. */
public record IntegerParams() implements Serializable {
  /** The only value. */
  public static final IntegerParams DEFAULT = new IntegerParams();
}
