package org.zoopress.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zoopress.error.UserInputException;

/** Rows on disk. */
class ParquetRowsTest {
  private static final Configuration CONF = new Configuration();

  @TempDir Path folder;

  private org.apache.hadoop.fs.Path file(String name) {
    return new org.apache.hadoop.fs.Path(folder.resolve(name).toUri());
  }

  private static List<Row> random(Table table, long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Row row = new Row();
      for (Column column : table.columns()) {
        if (random.nextInt(4) > 0) {
          row.set(column.name(), value(column.kind(), random));
        }
      }
      rows.add(row);
    }
    return rows;
  }

  private static Object value(Column.Kind kind, SplittableRandom random) {
    return switch (kind) {
      case STRING ->
          List.of("", "a/b=c %20\n", "größe 重み \uD83D\uDE00", "x".repeat(5000))
              .get(random.nextInt(4));
      case INT32 -> random.nextBoolean() ? random.nextInt() : Integer.MIN_VALUE;
      case INT64, TIMESTAMP -> random.nextBoolean() ? random.nextLong() : Long.MIN_VALUE;
      case DOUBLE ->
          List.of(0.1, Double.NaN, -0.0, Double.POSITIVE_INFINITY, Double.MIN_VALUE)
              .get(random.nextInt(5));
      case BOOLEAN -> random.nextBoolean();
      case BINARY -> {
        byte[] bytes = new byte[random.nextInt(3000)];
        random.nextBytes(bytes);
        yield bytes;
      }
    };
  }

  private static void assertEqual(Table table, List<Row> found, List<Row> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      for (Column column : table.columns()) {
        assertThat(found.get(i).get(column.name()))
            .as("%s.%s of row %s", table.label(), column.name(), i)
            .isEqualTo(expected.get(i).get(column.name()));
      }
    }
  }

  @ParameterizedTest(name = "{0}, seed 5")
  @EnumSource(Table.class)
  void rowsComeBackWithTheirNulls(Table table) throws IOException {
    for (int count : new int[] {0, 1, 300}) {
      List<Row> rows = random(table, 5, count);
      org.apache.hadoop.fs.Path file = file(table + "-" + count);
      long bytes = ParquetRows.write(CONF, file, table, rows);
      assertThat(bytes).isEqualTo(Files.size(folder.resolve(table + "-" + count)));
      assertEqual(table, ParquetRows.read(CONF, file, table), rows);
    }
  }

  @Test
  void theTablesCoverEveryKindOfColumn() {
    Set<Column.Kind> kinds = EnumSet.noneOf(Column.Kind.class);
    Arrays.stream(Table.values()).forEach(t -> t.columns().forEach(c -> kinds.add(c.kind())));
    assertThat(kinds).containsExactly(Column.Kind.values());
  }

  @ParameterizedTest(name = "{0}, seed 6")
  @EnumSource(Table.class)
  void equalRowsGiveEqualBytes(Table table) throws IOException {
    ParquetRows.write(CONF, file("one"), table, random(table, 6, 200));
    ParquetRows.write(CONF, file("other"), table, random(table, 6, 200));
    assertThat(folder.resolve("one")).hasSameBinaryContentAs(folder.resolve("other"));
    ParquetRows.write(CONF, file("third"), table, random(table, 7, 200));
    assertThat(Files.mismatch(folder.resolve("one"), folder.resolve("third"))).isNotNegative();
  }

  /** Another JVM hashes enum constants to other places; no order but this is the same in all. */
  @ParameterizedTest(name = "{0}, seed 8")
  @EnumSource(Table.class)
  void encodingsAreListedInTheirOrder(Table table) throws IOException {
    ParquetRows.write(CONF, file("rows"), table, random(table, 8, 100));
    byte[] bytes = Files.readAllBytes(folder.resolve("rows"));
    int footer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 8);
    FileMetaData metadata =
        Util.readFileMetaData(new ByteArrayInputStream(bytes, bytes.length - 8 - footer, footer));
    for (RowGroup group : metadata.getRow_groups()) {
      for (ColumnChunk column : group.getColumns()) {
        assertThat(column.getMeta_data().getEncodings())
            .isSorted()
            .doesNotHaveDuplicates()
            .hasSizeGreaterThan(1);
      }
    }
  }

  @Test
  void noSideFilesAreWritten() throws IOException {
    ParquetRows.write(CONF, file("x/rows.parquet"), Table.MODELS, random(Table.MODELS, 8, 3));
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(1);
    }
  }

  @Test
  void aColumnThatTheFileLacksIsNullAndAnUnknownOneIsLeftOut() throws IOException {
    Row model = new Row().set("model", "m").set("relative_error", 0.5).set("tensors", 3);
    ParquetRows.write(CONF, file("rows"), Table.MODELS, List.of(model));
    Row read = ParquetRows.read(CONF, file("rows"), Table.TENSORS).get(0);
    assertThat(read.columns()).containsExactlyInAnyOrder("model", "relative_error");
    assertThat(read.get("tensor_key")).isNull();
    assertThat(read.float64("relative_error")).isEqualTo(0.5);
  }

  @Test
  void aColumnThatTheTableLacksIsRefused() {
    assertThatThrownBy(
            () ->
                ParquetRows.write(
                    CONF, file("rows"), Table.RUNS, List.of(new Row().set("modell", "m"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("table runs has no column modell");
  }

  @Test
  void aFileIsNeverOverwritten() throws IOException {
    ParquetRows.write(CONF, file("rows"), Table.RUNS, random(Table.RUNS, 9, 1));
    byte[] before = Files.readAllBytes(folder.resolve("rows"));
    assertThatThrownBy(
            () -> ParquetRows.write(CONF, file("rows"), Table.RUNS, random(Table.RUNS, 10, 1)))
        .isInstanceOf(IOException.class);
    assertThat(folder.resolve("rows")).hasBinaryContent(before);
  }

  @Test
  void aDamagedFileIsAMessageForTheUser() throws IOException {
    ParquetRows.write(CONF, file("rows"), Table.MODELS, random(Table.MODELS, 11, 50));
    byte[] good = Files.readAllBytes(folder.resolve("rows"));
    for (int length : new int[] {0, 3, 11, good.length / 2, good.length - 1}) {
      Files.write(folder.resolve("cut"), Arrays.copyOf(good, length));
      assertThatThrownBy(() -> ParquetRows.read(CONF, file("cut"), Table.MODELS))
          .as("first %s bytes", length)
          .isInstanceOf(UserInputException.class)
          .hasMessageStartingWith("Cannot read " + file("cut") + ": ")
          .hasMessageEndingWith(". Check the file system, or restore this file from a backup.");
    }
  }

  @Test
  void aFlippedBitIsNoticedOrDoesNoHarm() throws IOException {
    List<Row> rows = random(Table.MODELS, 12, 20);
    ParquetRows.write(CONF, file("rows"), Table.MODELS, rows);
    byte[] good = Files.readAllBytes(folder.resolve("rows"));
    // The last eight bytes are the length of the footer and a magic number; pages have checksums,
    // the footer has none.
    int pages =
        good.length
            - 8
            - ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getInt(good.length - 8);
    int noticed = 0;
    SplittableRandom random = new SplittableRandom(13);
    for (int trial = 0; trial < 300; trial++) {
      byte[] bad = good.clone();
      int at = random.nextInt(bad.length);
      bad[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(folder.resolve("bad"), bad);
      try {
        List<Row> read = ParquetRows.read(CONF, file("bad"), Table.MODELS);
        if (at < pages) {
          assertEqual(Table.MODELS, read, rows);
        }
      } catch (UserInputException expected) {
        assertThat(expected).hasMessageStartingWith("Cannot read ");
        noticed++;
      }
    }
    assertThat(noticed).isGreaterThan(100);
  }
}
