package org.zoopress.zoo;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.zoopress.error.BadModelException;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/** The checks of names, shapes and byte counts that all formats share; errors name the tensor. */
final class TensorChecks {
  static final String REMEDY = "Fetch or export the file again";

  private final String path;
  private final ReaderLimits limits;

  TensorChecks(String path, ReaderLimits limits) {
    this.path = path;
    this.limits = limits;
  }

  /** The file, as the user knows it. */
  String path() {
    return path;
  }

  /** An error of the whole file. */
  BadModelException bad(String problem, Object... values) {
    return new BadModelException(path, problem.formatted(values), REMEDY);
  }

  /** An error of one tensor. */
  BadModelException badTensor(String tensor, String problem, Object... values) {
    return new BadModelException(path, shown(tensor), problem.formatted(values), REMEDY);
  }

  /** A bound that is exceeded, which the user may raise. */
  BadModelException beyond(String problem, Object... values) {
    return new BadModelException(
        path,
        problem.formatted(values),
        "Leave the file out, or raise the reader's limit if you trust it");
  }

  /** Text of the file, cut to a length that fits a message. */
  static String shown(String text) {
    return text.length() <= 120 ? text : text.substring(0, 117) + "...";
  }

  /** Refuses names that are too long or that UTF-8 cannot hold. */
  String name(String name) {
    if (name.length() > limits.maxNameLength()) {
      throw beyond(
          "the name '%s' has %d characters, at most %d are allowed",
          shown(name), name.length(), limits.maxNameLength());
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      throw bad("the name '%s' has half a surrogate pair in it", shown(name));
    }
    return name;
  }

  /** Refuses one tensor more than allowed. */
  void count(long tensors) {
    if (tensors > limits.maxTensors()) {
      throw beyond("it has more than %d tensors", limits.maxTensors());
    }
  }

  /** Refuses ranks and sizes that cannot be, and byte counts that overflow. */
  Shape shape(String tensor, DType dtype, long[] dims) {
    if (dims.length > limits.maxRank()) {
      throw badTensor(
          tensor, "its rank is %d, at most %d is allowed", dims.length, limits.maxRank());
    }
    long bytes = dtype.bytes();
    boolean overflow = false;
    for (long n : dims) {
      if (n < 0) {
        throw badTensor(tensor, "its shape %s has a negative size", Arrays.toString(dims));
      }
      // Zeros are left out, so that a row has a size even where there is none.
      overflow |= n > 0 && bytes > Long.MAX_VALUE / n;
      bytes *= overflow || n == 0 ? 1 : n;
    }
    if (overflow) {
      throw badTensor(tensor, "its shape %s overflows 63 bits", Arrays.toString(dims));
    }
    return Shape.of(dims);
  }
}
