package org.zoopress.method.additive;

import org.zoopress.coding.CorruptDataException;
import org.zoopress.tensor.Shape;

/** Which weights share a scale; {@link #code} is part of the stored format. */
public enum ScaleScope {
  /** All of a partition. */
  PER_TENSOR(0),
  /** One output channel: measured better on ResNet-20, also with the scales counted. */
  PER_CHANNEL(1);

  private final int code;

  ScaleScope(int code) {
    this.code = code;
  }

  /** Stable number in the stored format. */
  int code() {
    return code;
  }

  static ScaleScope ofCode(int code) {
    return switch (code) {
      case 0 -> PER_TENSOR;
      case 1 -> PER_CHANNEL;
      default -> throw new CorruptDataException("unknown scope of scales " + code);
    };
  }

  /** Number of scales of a weight. */
  int scales(Shape shape) {
    return this == PER_TENSOR || shape.rank() < 2 ? 1 : Math.toIntExact(shape.rows());
  }
}
