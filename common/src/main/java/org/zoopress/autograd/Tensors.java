package org.zoopress.autograd;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.zoopress.tensor.Shape;

/**
 * Copies between Java and native memory. What is made here lives in the innermost {@link
 * PointerScope} of the caller. Values are float32, row-major.
 */
public final class Tensors {
  private Tensors() {}

  /**
   * A copy in native memory.
   *
   * @throws IllegalArgumentException if the number of values is not that of the shape
   */
  public static Tensor of(float[] values, long... dims) {
    check(values.length, dims);
    TorchRuntime.enter();
    Tensor tensor = torch.empty(dims);
    data(tensor).put(values);
    return tensor;
  }

  /** The same from the remaining values of a buffer, whose position stays. */
  public static Tensor of(FloatBuffer values, long... dims) {
    check(values.remaining(), dims);
    TorchRuntime.enter();
    Tensor tensor = torch.empty(dims);
    data(tensor).asBuffer().put(values.duplicate());
    return tensor;
  }

  /** Whole numbers, for instance the classes that a loss compares with, or positions. */
  public static Tensor ofIntegers(long... values) {
    TorchRuntime.enter();
    return Tensor.create(values, (long) values.length);
  }

  /** A copy of the elements. */
  public static float[] values(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    copy(tensor, values, 0);
    return values;
  }

  /** Copies the elements into an array from {@code offset} on. */
  public static void copy(Tensor tensor, float[] to, int offset) {
    int count = Math.toIntExact(tensor.numel());
    try (PointerScope scope = new PointerScope()) {
      data(tensor.contiguous()).get(to, offset, count);
    }
  }

  /** A copy of whole-numbered elements, for instance of argmax. */
  public static long[] integers(Tensor tensor) {
    long[] values = new long[Math.toIntExact(tensor.numel())];
    try (PointerScope scope = new PointerScope()) {
      LongPointer data = tensor.contiguous().data_ptr_long();
      data.capacity(values.length).get(values);
    }
    return values;
  }

  /** Overwrites the elements; gradients do not follow. */
  public static void set(Tensor tensor, float[] values) {
    check(values.length, shape(tensor).dims());
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      if (tensor.is_contiguous()) {
        data(tensor).put(values);
      } else {
        tensor.copy_(of(values, shape(tensor).dims()));
      }
    }
  }

  /** Mode sizes. */
  public static Shape shape(Tensor tensor) {
    return Shape.of(dims(tensor));
  }

  static long[] dims(Tensor tensor) {
    return LongStream.range(0, tensor.dim()).map(tensor::size).toArray();
  }

  /**
   * The gradients of a scalar with respect to tensors that it depends on; frees what the forward
   * pass kept for them.
   *
   * @return in the order of {@code variables}
   */
  public static List<Tensor> gradients(Tensor scalar, List<Tensor> variables) {
    TensorVector gradients =
        torch.grad(
            new TensorVector(scalar),
            new TensorVector(variables.toArray(Tensor[]::new)),
            new TensorVector(),
            new BoolOptional(),
            /* create_graph= */ false,
            /* allow_unused= */ false);
    return LongStream.range(0, gradients.size()).mapToObj(gradients::get).toList();
  }

  private static FloatPointer data(Tensor tensor) {
    return tensor.data_ptr_float().capacity(tensor.numel());
  }

  private static void check(long values, long[] dims) {
    Shape shape = Shape.of(dims);
    if (shape.elements() != values) {
      throw new IllegalArgumentException(values + " values for a tensor of " + shape);
    }
  }
}
