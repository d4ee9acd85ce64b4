package org.zoopress.zoo;

/** The formats of model files; {@link #code} is part of the stored format: never renumber. */
public enum ModelFormat {
  SAFETENSORS(0),
  ONNX(1),
  TORCH(2);

  private final int code;

  ModelFormat(int code) {
    this.code = code;
  }

  /** Stable number in the stored format. */
  public int code() {
    return code;
  }
}
