package org.zoopress.job;

import org.zoopress.config.Keys;
import org.zoopress.config.NameGlob;
import org.zoopress.config.Settings;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.TensorEntry;

/**
 * Which tensors stay lossless whatever the methods: they are small, and a network suffers much when
 * they change.
 */
final class KeepRules {
  private static final int IMAGE_CHANNELS = 3;

  private final Settings settings;

  KeepRules(Settings settings) {
    this.settings = settings;
  }

  /** The reason that lies in the tensor's name, or an empty text. */
  String byName(String name) {
    for (NameGlob glob : settings.get(Keys.KEEP_NAMES)) {
      if (glob.matches(name)) {
        return "name matches keep.names=" + glob;
      }
    }
    return "";
  }

  /** The reason, or an empty text if the tensor may be compressed. */
  String reason(TensorEntry tensor) {
    Shape shape = tensor.shape();
    if (!tensor.dtype().compressible()) {
      return tensor.dtype() + " values are not floating-point weights";
    }
    int maxRank = settings.get(Keys.KEEP_MAX_RANK);
    if (shape.rank() <= maxRank) {
      return "rank %d is at most keep.max-rank=%d".formatted(shape.rank(), maxRank);
    }
    int minElements = settings.get(Keys.KEEP_MIN_ELEMENTS);
    if (shape.elements() < minElements) {
      return "%d elements are fewer than keep.min-elements=%d"
          .formatted(shape.elements(), minElements);
    }
    // Without the graph an input convolution is known by its three colour channels only.
    if (settings.get(Keys.KEEP_INPUT_CONVOLUTION)
        && shape.rank() == 4
        && shape.dim(1) == IMAGE_CHANNELS) {
      return "input convolution (keep.input-convolution)";
    }
    return byName(tensor.name());
  }
}
