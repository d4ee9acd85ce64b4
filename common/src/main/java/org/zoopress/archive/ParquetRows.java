package org.zoopress.archive;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.zoopress.error.UserInputException;

/**
 * Writes and reads the rows of a {@link Table} as one Parquet file; equal rows give equal bytes, in
 * any JVM. A file is made in memory first.
 */
public final class ParquetRows {
  private ParquetRows() {}

  /**
   * Writes a new file and returns its length in bytes.
   *
   * @throws IOException also if the file exists
   */
  public static long write(Configuration conf, Path file, Table table, Iterable<Row> rows)
      throws IOException {
    MessageType schema = schema(table);
    Set<String> known = new HashSet<>();
    table.columns().forEach(column -> known.add(column.name()));
    // Payloads are entropy-coded already: another coder would only cost time and a few bytes.
    CompressionCodecName codec =
        table == Table.PAYLOADS ? CompressionCodecName.UNCOMPRESSED : CompressionCodecName.ZSTD;
    FileSystem fs = fileSystem(conf, file);
    ParquetBuffer buffer = new ParquetBuffer();
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(buffer)
            .withConf(fs.getConf())
            .withType(schema)
            .withCompressionCodec(codec)
            .withDictionaryEncoding(table != Table.PAYLOADS)
            .build()) {
      for (Row row : rows) {
        for (String column : row.columns()) {
          if (!known.contains(column)) {
            throw new IllegalArgumentException(
                "table %s has no column %s".formatted(table.label(), column));
          }
        }
        writer.write(group(schema, table, row));
      }
    }
    try (OutputStream out = fs.create(file, false)) {
      if (table == Table.PAYLOADS) {
        buffer.storeWithoutStatistics(out);
      } else {
        buffer.store(out);
      }
    }
    return fs.getFileStatus(file).getLen();
  }

  /**
   * Reads all rows; columns that the file lacks are null, columns that this version does not know
   * are left out.
   *
   * @throws UserInputException if the file is gone or damaged
   */
  public static List<Row> read(Configuration conf, Path file, Table table) throws IOException {
    try {
      return readAll(conf, file, table);
    } catch (FileNotFoundException e) {
      throw unreadable(file, "there is no such file", e);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      // Parquet tells damage by all of these: by Error where a length in the file is absurd.
      String found = e.getClass().getSimpleName() + ": " + e.getMessage();
      throw unreadable(file, "it is damaged or cannot be reached (%s)".formatted(found), e);
    }
  }

  private static UserInputException unreadable(Path file, String reason, Throwable cause) {
    return new UserInputException(
        "Cannot read %s: %s. Check the file system, or restore this file from a backup."
            .formatted(file, reason),
        cause);
  }

  private static List<Row> readAll(Configuration conf, Path file, Table table) throws IOException {
    FileSystem fs = fileSystem(conf, file);
    FileStatus status = fs.getFileStatus(file);
    List<Row> rows = new ArrayList<>();
    try (ParquetReader<Group> reader =
        new GroupReader(HadoopInputFile.fromStatus(status, fs.getConf()))
            .withConf(fs.getConf())
            .usePageChecksumVerification()
            .build()) {
      for (Group group = reader.read(); group != null; group = reader.read()) {
        rows.add(row(table, group));
      }
    }
    return rows;
  }

  /**
   * The file system of a path, without the side files with checksums that Hadoop writes on a local
   * disk: payloads carry their own, and what lies in the archive is what is counted.
   */
  public static FileSystem fileSystem(Configuration conf, Path path) throws IOException {
    FileSystem fs = path.getFileSystem(conf);
    if (fs instanceof LocalFileSystem local) {
      local.setWriteChecksum(false);
    }
    return fs;
  }

  private static MessageType schema(Table table) {
    Types.MessageTypeBuilder builder = Types.buildMessage();
    for (Column column : table.columns()) {
      builder.addField(type(column));
    }
    return builder.named(table.label());
  }

  private static Type type(Column column) {
    return switch (column.kind()) {
      case STRING ->
          Types.optional(PrimitiveTypeName.BINARY)
              .as(LogicalTypeAnnotation.stringType())
              .named(column.name());
      case INT32 -> Types.optional(PrimitiveTypeName.INT32).named(column.name());
      case INT64 -> Types.optional(PrimitiveTypeName.INT64).named(column.name());
      case DOUBLE -> Types.optional(PrimitiveTypeName.DOUBLE).named(column.name());
      case BOOLEAN -> Types.optional(PrimitiveTypeName.BOOLEAN).named(column.name());
      case TIMESTAMP ->
          Types.optional(PrimitiveTypeName.INT64)
              .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS))
              .named(column.name());
      case BINARY -> Types.optional(PrimitiveTypeName.BINARY).named(column.name());
    };
  }

  private static Group group(MessageType schema, Table table, Row row) {
    Group group = new SimpleGroup(schema);
    for (Column column : table.columns()) {
      Object value = row.get(column.name());
      if (value == null) {
        continue;
      }
      switch (column.kind()) {
        case STRING -> group.append(column.name(), (String) value);
        case INT32 -> group.append(column.name(), (int) (Integer) value);
        case INT64, TIMESTAMP -> group.append(column.name(), (long) (Long) value);
        case DOUBLE -> group.append(column.name(), (double) (Double) value);
        case BOOLEAN -> group.append(column.name(), (boolean) (Boolean) value);
        case BINARY -> group.append(column.name(), Binary.fromConstantByteArray((byte[]) value));
      }
    }
    return group;
  }

  private static Row row(Table table, Group group) {
    GroupType stored = group.getType();
    Row row = new Row();
    for (Column column : table.columns()) {
      String name = column.name();
      if (!stored.containsField(name) || group.getFieldRepetitionCount(name) == 0) {
        continue;
      }
      row.set(
          name,
          switch (column.kind()) {
            case STRING -> group.getString(name, 0);
            case INT32 -> group.getInteger(name, 0);
            case INT64, TIMESTAMP -> group.getLong(name, 0);
            case DOUBLE -> group.getDouble(name, 0);
            case BOOLEAN -> group.getBoolean(name, 0);
            case BINARY -> group.getBinary(name, 0).getBytes();
          });
    }
    return row;
  }

  /** Parquet's own builder for groups takes only paths; this one takes an open file's status. */
  private static final class GroupReader extends ParquetReader.Builder<Group> {
    GroupReader(HadoopInputFile file) {
      super(file);
    }

    @Override
    protected GroupReadSupport getReadSupport() {
      return new GroupReadSupport();
    }
  }
}
