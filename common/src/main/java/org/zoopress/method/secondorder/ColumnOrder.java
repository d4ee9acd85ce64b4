package org.zoopress.method.secondorder;

import java.util.Arrays;
import java.util.Optional;
import org.zoopress.coding.ColumnLayout;
import org.zoopress.method.transform.KernelTransform;
import org.zoopress.tensor.Shape;

/**
 * Between weights in the order of the stored kernel and columns of coefficients, frequency by
 * frequency and in each channel by channel.
 *
 * <p>Frequency f of the columns is the last but f of the transform: those of least expected energy
 * come first. Inputs are smooth, so that errors in them do least harm, and the coefficients that
 * matter come when all the others' errors are known. This saves 0.9 % of the bytes on ResNet-20
 * against the other way round.
 *
 * <p>Kernels of up to {@link KernelTransform#LARGEST_KERNEL} positions are taken apart, with or
 * without a transform; all other weights are matrices of one frequency.
 */
final class ColumnOrder {
  private final ColumnLayout layout;
  private final Optional<double[]> basis;

  /**
   * @throws IllegalArgumentException if the transform is of other kernels
   */
  ColumnOrder(Shape shape, Optional<KernelTransform> transform) {
    layout = layout(shape);
    if (transform.isPresent() && transform.get().size() != layout.frequencies()) {
      throw new IllegalArgumentException(
          "transform of %d positions for kernels of shape %s"
              .formatted(transform.get().size(), shape));
    }
    basis = transform.map(KernelTransform::basis);
  }

  /** Rows are outputs; the positions of a kernel are frequencies. */
  static ColumnLayout layout(Shape shape) {
    int outputs = Math.toIntExact(shape.rows());
    int columns = Math.toIntExact(shape.rowElements());
    long kernel = shape.rank() < 3 ? 1 : columns / shape.dim(1);
    return kernel <= KernelTransform.LARGEST_KERNEL
        ? new ColumnLayout(outputs, columns / (int) kernel, (int) kernel)
        : new ColumnLayout(outputs, columns, 1);
  }

  ColumnLayout layout() {
    return layout;
  }

  int columns() {
    return layout.columns();
  }

  /** Coefficients of the weights, column after column: number j·outputs + o. */
  double[] forward(float[] weights) {
    int outputs = layout.outputs();
    int channels = layout.channels();
    int kernel = layout.frequencies();
    double[] coefficients = new double[weights.length];
    for (int o = 0; o < outputs; o++) {
      for (int c = 0; c < channels; c++) {
        int from = (o * channels + c) * kernel;
        for (int f = 0; f < kernel; f++) {
          double sum = 0;
          if (basis.isEmpty()) {
            sum = weights[from + f];
          } else {
            for (int p = 0; p < kernel; p++) {
              sum += basis.get()[(kernel - 1 - f) * kernel + p] * weights[from + p];
            }
          }
          coefficients[(f * channels + c) * outputs + o] = sum;
        }
      }
    }
    return coefficients;
  }

  /** Inverse of {@link #forward} up to rounding; never NaN. */
  float[] inverse(float[] coefficients) {
    int outputs = layout.outputs();
    int channels = layout.channels();
    int kernel = layout.frequencies();
    float[] weights = new float[coefficients.length];
    double[] sums = new double[kernel];
    for (int o = 0; o < outputs; o++) {
      for (int c = 0; c < channels; c++) {
        int from = (o * channels + c) * kernel;
        Arrays.fill(sums, 0);
        for (int f = 0; f < kernel; f++) {
          float x = coefficients[(f * channels + c) * outputs + o];
          double y = Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, x));
          if (basis.isEmpty()) {
            sums[f] = y;
          } else {
            for (int p = 0; p < kernel; p++) {
              sums[p] += basis.get()[(kernel - 1 - f) * kernel + p] * y;
            }
          }
        }
        for (int p = 0; p < kernel; p++) {
          weights[from + p] = (float) sums[p];
        }
      }
    }
    return weights;
  }

  /** (I⊗B)·H·(I⊗B)ᵀ with rows and columns in the order of columns; n×n. */
  double[] rotated(double[] gram) {
    int n = columns();
    double[] half = rotatedRows(gram, n);
    return rotatedRows(transposed(half, n), n);
  }

  private static double[] transposed(double[] matrix, int n) {
    double[] result = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        result[j * n + i] = matrix[i * n + j];
      }
    }
    return result;
  }

  private double[] rotatedRows(double[] matrix, int n) {
    int channels = layout.channels();
    int kernel = layout.frequencies();
    double[] result = new double[n * n];
    for (int c = 0; c < channels; c++) {
      for (int f = 0; f < kernel; f++) {
        int to = (f * channels + c) * n;
        if (basis.isEmpty()) {
          System.arraycopy(matrix, (c * kernel + f) * n, result, to, n);
          continue;
        }
        for (int p = 0; p < kernel; p++) {
          double factor = basis.get()[(kernel - 1 - f) * kernel + p];
          int from = (c * kernel + p) * n;
          for (int j = 0; j < n; j++) {
            result[to + j] += factor * matrix[from + j];
          }
        }
      }
    }
    return result;
  }
}
