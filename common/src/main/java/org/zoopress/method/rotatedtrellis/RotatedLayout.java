package org.zoopress.method.rotatedtrellis;

import org.zoopress.linalg.HadamardRotation;
import org.zoopress.method.WeightLayout;
import org.zoopress.tensor.Shape;

/**
 * How a weight of O×I×P (P = kh·kw) is rotated: always a cosine transform over each kernel, and on
 * either of the channel axes a Hadamard rotation or none.
 *
 * @param outputs O
 * @param inputs I
 * @param kernelTransform over the P weights of each kernel
 * @param mixOutputs whether output channels are rotated into one another; else each has a scale
 * @param mixInputs the same for input channels
 */
record RotatedLayout(
    int outputs,
    int inputs,
    CosineTransform kernelTransform,
    boolean mixOutputs,
    boolean mixInputs) {
  /** Of the signs; any fixed number. */
  private static final long OUTPUT_SEED = 0x5DEECE66DL;

  private static final long INPUT_SEED = 0x9E3779B97F4A7C15L;

  /** O×I×P of a shape: of (O, I, k…) the kernel is k… as far as it is one; of a vector O is 1. */
  static RotatedLayout of(Shape shape, boolean mixOutputs, boolean mixInputs) {
    int kernel = WeightLayout.of(shape).groupLength();
    int outputs = shape.rank() < 2 ? 1 : Math.toIntExact(shape.rows());
    int inputs = Math.toIntExact(shape.elements() / outputs / kernel);
    int[] dims = new int[kernel == 1 ? 0 : shape.rank() - 2];
    for (int k = 0; k < dims.length; k++) {
      dims[k] = (int) shape.dim(k + 2);
    }
    return new RotatedLayout(outputs, inputs, new CosineTransform(dims), mixOutputs, mixInputs);
  }

  /** P. */
  int kernel() {
    return kernelTransform.size();
  }

  /** Number of weights. */
  int elements() {
    return outputs * inputs * kernel();
  }

  /** O, or 1 where output channels are mixed. */
  int outputScales() {
    return mixOutputs ? 1 : outputs;
  }

  /** I, or 1 where input channels are mixed. */
  int inputScales() {
    return mixInputs ? 1 : inputs;
  }

  /** Rotates in place. */
  void forward(float[] weights) {
    kernelTransform.forward(weights);
    if (mixInputs && inputs > 1) {
      HadamardRotation rotation = new HadamardRotation(inputs, INPUT_SEED);
      for (int o = 0; o < outputs; o++) {
        rotation.forward(weights, o * inputs * kernel(), kernel());
      }
    }
    if (mixOutputs && outputs > 1) {
      new HadamardRotation(outputs, OUTPUT_SEED).forward(weights, 0, inputs * kernel());
    }
  }

  /** Inverse of {@link #forward}, but for rounding. */
  void inverse(float[] weights) {
    if (mixOutputs && outputs > 1) {
      new HadamardRotation(outputs, OUTPUT_SEED).inverse(weights, 0, inputs * kernel());
    }
    if (mixInputs && inputs > 1) {
      HadamardRotation rotation = new HadamardRotation(inputs, INPUT_SEED);
      for (int o = 0; o < outputs; o++) {
        rotation.inverse(weights, o * inputs * kernel(), kernel());
      }
    }
    kernelTransform.inverse(weights);
  }
}
