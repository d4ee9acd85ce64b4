package org.zoopress.datasets.glyph;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.zoopress.error.BadModelException;

/**
 * The IDX layout of the MNIST files, unsigned bytes only, gzipped.
 *
 * <pre>
 *   2 bytes  0
 *   1 byte   8, the code of unsigned bytes
 *   1 byte   d, the number of dimensions
 *   d × 4    sizes n_1 … n_d, big-endian
 *   rest     n_1 · … · n_d bytes, row-major</pre>
 */
public final class IdxFile {
  private static final int UNSIGNED_BYTES = 8;

  /** Bound of what is read: a header may not make the reader allocate more. */
  private static final int LARGEST = 1 << 28;

  private IdxFile() {}

  /** Writes the values, whose number must be the product of the sizes; replaces the file. */
  public static void write(Path file, byte[] values, int... sizes) throws IOException {
    if (elements(sizes) != values.length) {
      throw new IllegalArgumentException(values.length + " values for " + elements(sizes));
    }
    try (OutputStream raw = Files.newOutputStream(file);
        DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(new GZIPOutputStream(raw)))) {
      out.writeInt(UNSIGNED_BYTES << 8 | sizes.length);
      for (int size : sizes) {
        out.writeInt(size);
      }
      out.write(values);
    }
  }

  /**
   * Reads the values of a file.
   *
   * @param dimensions the number of dimensions that the file must have
   * @throws BadModelException for another layout, a truncated file or trailing bytes
   */
  public static byte[] read(Path file, int dimensions) throws IOException {
    try (InputStream raw = Files.newInputStream(file);
        DataInputStream in = new DataInputStream(new GZIPInputStream(raw))) {
      int[] sizes = header(file, in, dimensions);
      long elements = elements(sizes);
      if (elements < 0 || elements > LARGEST) {
        throw bad(
            file,
            "its sizes are %s, not of 0 to %d values".formatted(Arrays.toString(sizes), LARGEST));
      }
      byte[] values = in.readNBytes((int) elements);
      if (values.length < elements) {
        throw bad(file, "it ends after %d of %d values".formatted(values.length, elements));
      }
      if (in.read() >= 0) {
        throw bad(file, "bytes follow after its %d values".formatted(elements));
      }
      return values;
    } catch (EOFException | ZipException e) {
      throw bad(file, "it is not a whole gzip file (" + e.getMessage() + ")");
    }
  }

  private static int[] header(Path file, DataInputStream in, int dimensions) throws IOException {
    int magic = in.readInt();
    int expected = UNSIGNED_BYTES << 8 | dimensions;
    if (magic != expected) {
      throw bad(file, "its magic number is %#010x, not %#010x".formatted(magic, expected));
    }
    int[] sizes = new int[dimensions];
    for (int k = 0; k < dimensions; k++) {
      sizes[k] = in.readInt();
    }
    return sizes;
  }

  /** The product of the sizes, or -1 where one is negative or the product overflows. */
  private static long elements(int[] sizes) {
    long product = 1;
    for (int size : sizes) {
      if (size < 0 || (size > 0 && product > Long.MAX_VALUE / size)) {
        return -1;
      }
      product *= size;
    }
    return product;
  }

  private static BadModelException bad(Path file, String problem) {
    return new BadModelException(file.toString(), problem, "Write the file anew");
  }
}
