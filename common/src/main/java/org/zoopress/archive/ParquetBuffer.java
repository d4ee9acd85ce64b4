package org.zoopress.archive;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * A Parquet file in memory whose footer is put in order before it is stored. Parquet's own library
 * lists the encodings of a column in the order of a hash set of enum constants, whose hashes are
 * addresses: equal rows would give other bytes in each JVM.
 *
 * <p>End of a file: footer, its length (int32, little-endian), {@code PAR1}.
 */
final class ParquetBuffer extends ByteArrayOutputStream implements OutputFile {
  private static final int TRAILER_BYTES = 8;

  @Override
  public PositionOutputStream create(long blockSizeHint) {
    return new PositionOutputStream() {
      @Override
      public long getPos() {
        return size();
      }

      @Override
      public void write(int value) {
        ParquetBuffer.this.write(value);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        ParquetBuffer.this.write(bytes, offset, length);
      }
    };
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) {
    return create(blockSizeHint);
  }

  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }

  /** Writes the complete file. */
  void store(OutputStream out) throws IOException {
    int trailer = count - TRAILER_BYTES;
    int footer = ByteBuffer.wrap(buf).order(ByteOrder.LITTLE_ENDIAN).getInt(trailer);
    int begin = trailer - footer;
    FileMetaData metadata = Util.readFileMetaData(new ByteArrayInputStream(buf, begin, footer));
    for (RowGroup group : metadata.getRow_groups()) {
      for (ColumnChunk column : group.getColumns()) {
        column.getMeta_data().getEncodings().sort(Comparator.naturalOrder());
      }
    }
    ByteArrayOutputStream ordered = new ByteArrayOutputStream();
    Util.writeFileMetaData(metadata, ordered);
    out.write(buf, 0, begin);
    ordered.writeTo(out);
    out.write(
        ByteBuffer.allocate(Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(ordered.size())
            .array());
    out.write(buf, trailer + Integer.BYTES, Integer.BYTES);
  }
}
