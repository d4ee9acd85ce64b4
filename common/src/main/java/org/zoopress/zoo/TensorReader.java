package org.zoopress.zoo;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/** Reads elements of a tensor, packed, row-major and little-endian whatever their layout. */
public final class TensorReader {
  /** Bytes that {@link #copy} holds in memory, but for the elements of one odd row. */
  private static final int BLOCK_BYTES = 4 << 20;

  /** Strided elements are gathered from windows of this size. */
  private static final int WINDOW_BYTES = 1 << 20;

  /** Bytes between two runs that are read in passing rather than by a read of their own. */
  private static final int GAP_BYTES = 1 << 14;

  private TensorReader() {}

  /**
   * Reads a block of rows; a scalar has one row of one element.
   *
   * @param file the file of the tensor, {@link TensorEntry#file} of its model
   * @param firstRow from 0
   * @return {@code rows * shape.rowElements() * dtype.bytes()} bytes; beside them at most 1 MiB is
   *     held
   * @throws IllegalArgumentException for rows outside of the tensor or more than 2 GiB
   * @throws java.io.EOFException if the file ends before: it was changed after its header was read
   */
  public static byte[] read(ByteSource file, TensorEntry entry, long firstRow, long rows)
      throws IOException {
    Shape shape = entry.shape();
    if (firstRow < 0 || rows < 0 || rows > shape.rows() - firstRow) {
      throw new IllegalArgumentException(
          "rows %d+%d of %d rows".formatted(firstRow, rows, shape.rows()));
    }
    long bytes = Math.multiplyExact(rows, shape.rowElements() * entry.dtype().bytes());
    if (bytes > Integer.MAX_VALUE - 16) {
      throw new IllegalArgumentException(
          "%d rows of '%s' have %d bytes, too many for one block"
              .formatted(rows, entry.name(), bytes));
    }
    byte[] target = new byte[(int) bytes];
    if (bytes == 0) {
      return target;
    }
    long[] strides = entry.layout().strides();
    if (strides.length == 0) {
      long start = firstRow * shape.rowElements() * entry.dtype().bytes();
      file.readFully(entry.offset() + start, target, 0, target.length);
    } else {
      Shape block = shape.withRows(rows);
      long start = firstRow * strides[0] * entry.dtype().bytes();
      new Gather(file, entry.offset() + start, block, strides, entry.dtype().bytes()).into(target);
    }
    if (entry.layout().bigEndian()) {
      reverse(target, entry.dtype());
    }
    return target;
  }

  /** Writes all elements, block by block. */
  public static void copy(ByteSource file, TensorEntry entry, OutputStream out) throws IOException {
    Shape shape = entry.shape();
    if (shape.elements() == 0) {
      return;
    }
    long rowBytes = shape.rowElements() * entry.dtype().bytes();
    if (rowBytes > BLOCK_BYTES) {
      copyByRow(file, entry, out);
      return;
    }
    long step = Math.max(1, BLOCK_BYTES / rowBytes);
    for (long row = 0; row < shape.rows(); row += step) {
      out.write(read(file, entry, row, Math.min(step, shape.rows() - row)));
    }
  }

  /** Rows larger than a block are tensors of their own, with one mode less. */
  private static void copyByRow(ByteSource file, TensorEntry entry, OutputStream out)
      throws IOException {
    long[] dims = entry.shape().dims();
    long[] strides = entry.layout().strides();
    Shape rowShape = Shape.of(Arrays.copyOfRange(dims, 1, dims.length));
    long rowStride = strides.length == 0 ? rowShape.elements() : strides[0];
    TensorLayout rowLayout =
        strides.length <= 1
            ? new TensorLayout(new long[0], entry.layout().bigEndian())
            : new TensorLayout(
                Arrays.copyOfRange(strides, 1, strides.length), entry.layout().bigEndian());
    for (long row = 0; row < dims[0]; row++) {
      long offset = entry.offset() + row * rowStride * entry.dtype().bytes();
      copy(
          file,
          new TensorEntry(entry.name(), entry.dtype(), rowShape, entry.file(), offset, rowLayout),
          out);
    }
  }

  private static void reverse(byte[] bytes, DType dtype) {
    // A complex element is two floats, each of its own.
    int unit = dtype == DType.C64 ? Float.BYTES : dtype.bytes();
    for (int start = 0; start < bytes.length; start += unit) {
      for (int i = start, j = start + unit - 1; i < j; i++, j--) {
        byte b = bytes[i];
        bytes[i] = bytes[j];
        bytes[j] = b;
      }
    }
  }

  /**
   * Collects strided elements in the order in which they lie in the file, so that every window is
   * read once: the loops run over the modes by falling stride.
   */
  private static final class Gather {
    private final ByteSource file;
    private final long start;
    private final int elementBytes;
    private final long[] dims;
    private final long[] sourceSteps;
    private final long[] targetSteps;
    private final long spanEnd;
    private final byte[] window;
    private long windowStart;
    private int windowLength;
    private byte[] target;

    Gather(ByteSource file, long start, Shape shape, long[] strides, int elementBytes) {
      this.file = file;
      this.start = start;
      this.elementBytes = elementBytes;
      int rank = shape.rank();
      long[] packed = new long[rank];
      long step = elementBytes;
      for (int k = rank - 1; k >= 0; k--) {
        packed[k] = step;
        step *= shape.dim(k);
      }
      int[] order =
          IntStream.range(0, rank)
              .filter(k -> shape.dim(k) > 1)
              .boxed()
              .sorted(Comparator.comparingLong((Integer k) -> -strides[k]))
              .mapToInt(Integer::intValue)
              .toArray();
      this.dims = Arrays.stream(order).mapToLong(shape::dim).toArray();
      this.sourceSteps = Arrays.stream(order).mapToLong(k -> strides[k] * elementBytes).toArray();
      this.targetSteps = Arrays.stream(order).mapToLong(k -> packed[k]).toArray();
      long end = start + elementBytes;
      for (int i = 0; i < dims.length; i++) {
        end += (dims[i] - 1) * sourceSteps[i];
      }
      this.spanEnd = end;
      this.window = new byte[windowBytes(end - start)];
    }

    /** A whole run of close elements, or more if the next run is close too. */
    private int windowBytes(long span) {
      long run = elementBytes;
      for (int i = dims.length - 1; i >= 0 && sourceSteps[i] - run <= GAP_BYTES; i--) {
        run += (dims[i] - 1) * sourceSteps[i];
        if (run >= WINDOW_BYTES) {
          break;
        }
      }
      return (int) Math.min(span, Math.min(run, WINDOW_BYTES));
    }

    void into(byte[] bytes) throws IOException {
      target = bytes;
      loop(0, start, 0);
    }

    private void loop(int mode, long source, long destination) throws IOException {
      if (mode == dims.length) {
        copyElement(source, (int) destination);
        return;
      }
      for (long i = 0; i < dims[mode]; i++) {
        loop(mode + 1, source + i * sourceSteps[mode], destination + i * targetSteps[mode]);
      }
    }

    private void copyElement(long source, int destination) throws IOException {
      if (source < windowStart || source + elementBytes > windowStart + windowLength) {
        windowLength = 0;
        int length = (int) Math.min(window.length, spanEnd - source);
        file.readFully(source, window, 0, length);
        windowStart = source;
        windowLength = length;
      }
      System.arraycopy(window, (int) (source - windowStart), target, destination, elementBytes);
    }
  }
}
