package org.zoopress.evaluate;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** How the images and labels of a data set are stored. */
public enum DataFormat {
  /**
   * Records of 1 label byte and 3 × 32 × 32 bytes (R, G, B planes, row-major), the binary version
   * of CIFAR-10; one file, no labels file.
   */
  CIFAR_BINARY("cifar-binary"),
  /** MNIST's idx files: unsigned bytes, N × H × W images (idx3) and N labels (idx1). */
  IDX("idx"),
  /** JPEG and PNG files in a folder and a CSV with the columns {@code file} and {@code label}. */
  IMAGE_FOLDER("image-folder");

  private final String label;

  DataFormat(String label) {
    this.label = label;
  }

  /** Name in descriptors. */
  public String label() {
    return label;
  }

  /** Inverse of {@link #label}. */
  public static Optional<DataFormat> ofLabel(String label) {
    return Arrays.stream(values()).filter(format -> format.label.equals(label)).findFirst();
  }

  static Stream<String> labels() {
    return Arrays.stream(values()).map(DataFormat::label);
  }
}
