package org.zoopress.method;

import java.util.Arrays;
import java.util.Optional;

/** The methods; {@link #code} is part of the stored format: never renumber. */
public enum MethodId {
  LOSSLESS(0, "lossless"),
  SCALAR(1, "scalar"),
  INT8(2, "int8"),
  INT4(3, "int4"),
  DICTIONARY_PAIR(4, "dictionary-pair"),
  LOW_RANK_SPARSE(5, "low-rank-sparse"),
  TUCKER(6, "tucker"),
  TENSOR_TRAIN(7, "tensor-train"),
  ADDITIVE(8, "additive"),
  ROTATED_TRELLIS(9, "rotated-trellis"),
  SECOND_ORDER(10, "second-order");

  private final int code;
  private final String label;

  MethodId(int code, String label) {
    this.code = code;
    this.label = label;
  }

  /** Stable number in the stored format. */
  public int code() {
    return code;
  }

  /** Name on the command line, in settings and in tables. */
  public String label() {
    return label;
  }

  /** Inverse of {@link #label}. */
  public static Optional<MethodId> ofLabel(String label) {
    return Arrays.stream(values()).filter(id -> id.label.equals(label)).findFirst();
  }

  /** Inverse of {@link #code}; throws {@link IllegalArgumentException} for an unknown one. */
  public static MethodId ofCode(int code) {
    return Arrays.stream(values())
        .filter(id -> id.code == code)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("unknown method code " + code));
  }
}
