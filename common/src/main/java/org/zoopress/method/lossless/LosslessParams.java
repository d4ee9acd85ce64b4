package org.zoopress.method.lossless;

import java.io.Serializable;

/** There is nothing to set: lossless is lossless. */
public record LosslessParams() implements Serializable {
  /** The only value. */
  public static final LosslessParams DEFAULT = new LosslessParams();
}
