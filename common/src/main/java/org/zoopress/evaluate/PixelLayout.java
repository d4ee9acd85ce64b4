package org.zoopress.evaluate;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Order of the modes of a network's input: N samples, C channels, H rows, W columns. */
public enum PixelLayout {
  /** Channel planes, as PyTorch and ONNX have it. */
  NCHW,
  /** Channels last, as TensorFlow has it. */
  NHWC;

  /** Name in descriptors. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Inverse of {@link #label}. */
  public static Optional<PixelLayout> ofLabel(String label) {
    return Arrays.stream(values()).filter(layout -> layout.label().equals(label)).findFirst();
  }

  static Stream<String> labels() {
    return Arrays.stream(values()).map(PixelLayout::label);
  }
}
