package org.zoopress.inputs;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.inputs.Patches.Axis;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;

/**
 * Adds up Σ x·xᵀ over the input columns x of one weight, in double and in the order in which they
 * are given. Not thread-safe.
 */
public final class PatchGram {
  /** Doubles of the columns that are multiplied at once: 8 MiB. */
  private static final int CHUNK_DOUBLES = 1 << 20;

  private final LinearAlgebra algebra;
  private final int columns;
  private final double[] sum;
  private long count;

  /**
   * @param columns n, the length of a column
   */
  public PatchGram(LinearAlgebra algebra, int columns) {
    this.algebra = algebra;
    this.columns = columns;
    this.sum = new double[Math.multiplyExact(columns, columns)];
  }

  /** Columns so far. */
  public long count() {
    return count;
  }

  /**
   * H = Σ x·xᵀ / count, n×n, exactly symmetric.
   *
   * @throws IllegalStateException if there was no column
   */
  public DenseMatrix mean() {
    if (count == 0) {
      throw new IllegalStateException("no column was added");
    }
    double[] mean = sum.clone();
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= count;
    }
    return new DenseMatrix(columns, columns, mean);
  }

  /**
   * Adds what a layer sees of some samples.
   *
   * @param values row-major, from position 0: (N, I, height, width) for a convolution, (N, …, I)
   *     for a fully connected layer
   * @param shape of the values
   * @param samples the first so many of the N are added
   * @return why the values cannot be this layer's inputs; empty if they were added
   */
  Optional<String> add(FloatBuffer values, long[] shape, int samples, WeightLayer layer) {
    if (layer.patches().isEmpty()) {
      if (shape.length < 2 || shape[shape.length - 1] != columns) {
        return Optional.of("its input has shape %s".formatted(Arrays.toString(shape)));
      }
      addRows(values, Math.toIntExact(samples * (values.remaining() / columns / shape[0])));
      return Optional.empty();
    }
    Patches patches = layer.patches().get();
    int channels = columns / (patches.kernelHeight() * patches.kernelWidth());
    if (shape.length != 4 || shape[1] != channels) {
      return Optional.of("its input has shape %s".formatted(Arrays.toString(shape)));
    }
    addPatches(
        values,
        samples,
        channels,
        patches.vertical(Math.toIntExact(shape[2])),
        patches.horizontal(Math.toIntExact(shape[3])));
    return Optional.empty();
  }

  private void addRows(FloatBuffer values, int rows) {
    int chunk = chunk(rows);
    double[] block = new double[chunk * columns];
    for (int first = 0; first < rows; first += chunk) {
      int used = Math.min(chunk, rows - first);
      for (int i = 0; i < used * columns; i++) {
        block[i] = values.get(first * columns + i);
      }
      addBlock(block, used);
    }
  }

  private int chunk(long places) {
    return (int) Math.min(Math.max(1, CHUNK_DOUBLES / columns), Math.max(1, places));
  }

  private void addPatches(FloatBuffer values, int samples, int channels, Axis y, Axis x) {
    long places = (long) samples * y.count() * x.count();
    int chunk = chunk(places);
    double[] block = new double[chunk * columns];
    int used = 0;
    for (int sample = 0; sample < samples; sample++) {
      int start = sample * channels * y.size() * x.size();
      for (int row = 0; row < y.count(); row++) {
        for (int column = 0; column < x.count(); column++) {
          int top = y.first() + row * y.stride();
          int left = x.first() + column * x.stride();
          patch(values, start, channels, y, top, x, left, block, used * columns);
          if (++used == chunk) {
            addBlock(block, used);
            used = 0;
          }
        }
      }
    }
    addBlock(block, used);
  }

  private static void patch(
      FloatBuffer values,
      int start,
      int channels,
      Axis y,
      int top,
      Axis x,
      int left,
      double[] block,
      int target) {
    int next = target;
    for (int channel = 0; channel < channels; channel++) {
      int plane = start + channel * y.size() * x.size();
      for (int i = 0; i < y.kernel(); i++) {
        int row = top + i * y.dilation();
        boolean inside = row >= 0 && row < y.size();
        for (int j = 0; j < x.kernel(); j++) {
          int column = left + j * x.dilation();
          block[next++] =
              inside && column >= 0 && column < x.size()
                  ? values.get(plane + row * x.size() + column)
                  : 0;
        }
      }
    }
  }

  /** Σ ← Σ + X·Xᵀ of the first {@code used} columns, one behind the other. */
  private void addBlock(double[] block, int used) {
    if (used == 0) {
      return;
    }
    double[] values = used * columns == block.length ? block : Arrays.copyOf(block, used * columns);
    DenseMatrix product = algebra.outerGram(new DenseMatrix(columns, used, values));
    double[] added = Matrices.copyOfValues(product);
    for (int i = 0; i < sum.length; i++) {
      sum[i] += added[i];
    }
    count += used;
  }
}
