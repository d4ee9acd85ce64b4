package org.zoopress.io;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.linalg.DenseMatrix;

/**
 * A staged file with a symmetric matrix: magic number, n, the lower triangle row by row in double,
 * CRC32C.
 */
public final class GramFile {
  private static final int MAGIC = 0x5A504731;
  private static final int BUFFER_BYTES = 1 << 16;

  private GramFile() {}

  /** Writes a matrix, whole or not at all; a file of that name is replaced. */
  public static void write(FileSystem fs, Path file, DenseMatrix gram) throws IOException {
    WholeFile.write(fs, file, out -> write(out, gram));
  }

  private static void write(OutputStream file, DenseMatrix gram) throws IOException {
    CRC32C crc = new CRC32C();
    DataOutputStream out =
        new DataOutputStream(
            new CheckedOutputStream(new BufferedOutputStream(file, BUFFER_BYTES), crc));
    int n = gram.numRows();
    out.writeInt(MAGIC);
    out.writeInt(n);
    double[] values = gram.values();
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        out.writeDouble(values[i * n + j]);
      }
    }
    out.writeInt((int) crc.getValue());
    out.flush();
  }

  /** Reads what {@link #write} wrote; an {@link IOException} if the file is damaged. */
  public static DenseMatrix read(FileSystem fs, Path file) throws IOException {
    long length = fs.getFileStatus(file).getLen();
    CRC32C crc = new CRC32C();
    try (DataInputStream in =
        new DataInputStream(
            new CheckedInputStream(new BufferedInputStream(fs.open(file), BUFFER_BYTES), crc))) {
      int magic = in.readInt();
      int n = in.readInt();
      if (magic != MAGIC || n < 1 || n > 1 << 15 || length != 12 + 4L * n * (n + 1L)) {
        throw new IOException("damaged: " + file);
      }
      double[] values = new double[n * n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j <= i; j++) {
          double value = in.readDouble();
          values[i * n + j] = value;
          values[j * n + i] = value;
        }
      }
      int expected = (int) crc.getValue();
      if (in.readInt() != expected) {
        throw new IOException("damaged: " + file);
      }
      return new DenseMatrix(n, n, values);
    }
  }
}
