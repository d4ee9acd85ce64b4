package org.zoopress.archive;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
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
  private static final int MAGIC_BYTES = 4;

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
    FileMetaData metadata = footer();
    store(out, footerStart(), metadata);
  }

  /**
   * Writes the complete file without what only serves to skip rows by their values or tells of its
   * writer: statistics, page indexes, key-value metadata. All of it is optional in the format; in a
   * file of one row it can be more than the row. For columns without dictionary only.
   */
  void storeWithoutStatistics(OutputStream out) throws IOException {
    FileMetaData metadata = footer();
    metadata.unsetCreated_by();
    metadata.unsetKey_value_metadata();
    metadata.unsetColumn_orders();
    long end = MAGIC_BYTES;
    for (RowGroup group : metadata.getRow_groups()) {
      end = Math.max(end, group.getFile_offset() + group.getTotal_compressed_size());
      List<ColumnChunk> columns = new ArrayList<>();
      for (ColumnChunk column : group.getColumns()) {
        ColumnMetaData data = column.getMeta_data();
        // What Parquet adds with time is left out too, by naming what is required.
        ColumnMetaData required =
            new ColumnMetaData(
                data.getType(),
                data.getEncodings(),
                data.getPath_in_schema(),
                data.getCodec(),
                data.getNum_values(),
                data.getTotal_uncompressed_size(),
                data.getTotal_compressed_size(),
                data.getData_page_offset());
        ColumnChunk chunk = new ColumnChunk(column.getFile_offset());
        columns.add(chunk.setMeta_data(required));
      }
      group.setColumns(columns);
    }
    // Indexes lie between the last page and the footer.
    store(out, (int) end, metadata);
  }

  private int footerStart() {
    int trailer = count - TRAILER_BYTES;
    return trailer - ByteBuffer.wrap(buf).order(ByteOrder.LITTLE_ENDIAN).getInt(trailer);
  }

  private FileMetaData footer() throws IOException {
    int begin = footerStart();
    return Util.readFileMetaData(
        new ByteArrayInputStream(buf, begin, count - TRAILER_BYTES - begin));
  }

  private void store(OutputStream out, int pages, FileMetaData metadata) throws IOException {
    for (RowGroup group : metadata.getRow_groups()) {
      for (ColumnChunk column : group.getColumns()) {
        column.getMeta_data().getEncodings().sort(Comparator.naturalOrder());
      }
    }
    ByteArrayOutputStream ordered = new ByteArrayOutputStream();
    Util.writeFileMetaData(metadata, ordered);
    out.write(buf, 0, pages);
    ordered.writeTo(out);
    out.write(
        ByteBuffer.allocate(Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(ordered.size())
            .array());
    out.write(buf, count - MAGIC_BYTES, MAGIC_BYTES);
  }
}
