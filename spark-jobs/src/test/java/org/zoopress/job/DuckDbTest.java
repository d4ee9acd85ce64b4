package org.zoopress.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.method.SharedFactors;
import org.zoopress.payload.Payload;

/** An analyst without Spark: the tables by plain globs in DuckDB. */
class DuckDbTest {
  @TempDir static Path shared;
  private static Path archive;

  /** Three nights: all new, nothing new, one model changed and one broken; a numeric run id. */
  @BeforeAll
  static void threeNights() throws Exception {
    Path zoo = shared.resolve("zoo");
    archive = shared.resolve("archive");
    TestZoo.safetensors(zoo.resolve("a.safetensors"), TestZoo.network(1));
    TestZoo.safetensors(zoo.resolve("sub/b.safetensors"), TestZoo.network(2));
    Files.writeString(zoo.resolve("notes.txt"), "no model");
    String[] settings = {
      "methods",
      "scalar,int8,additive",
      "additive.codebooks",
      "1,2",
      "additive.codewords",
      "16",
      "additive.iterations",
      "2",
      "scalar.bits",
      "5,3",
      "payload.pack-bytes",
      "64k",
      "partition.max-bytes",
      "64k"
    };
    Runs.compress(zoo, archive, "1", settings);
    Runs.compress(zoo, archive, "night-2", settings);
    TestZoo.safetensors(zoo.resolve("c.safetensors"), TestZoo.network(3));
    Files.writeString(zoo.resolve("broken.onnx"), "<html>");
    Runs.compress(zoo, archive, "night-3", settings);
    Files.createDirectories(archive.resolve("_staging/night-4/final/models"));
    Files.copy(
        Runs.files(archive.resolve("models")).get(0),
        archive.resolve("_staging/night-4/final/models/part-00000.parquet"));
  }

  private static List<List<String>> duck(String sql) throws Exception {
    List<List<String>> rows = new ArrayList<>();
    Properties utc = new Properties();
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:", utc);
        Statement statement = duck.createStatement()) {
      for (String table :
          List.of(
              "runs",
              "models",
              "tensors",
              "candidates",
              "codebooks",
              "codebook_training",
              "payloads")) {
        statement.execute(
            "CREATE VIEW %s AS SELECT * FROM read_parquet('%s/%s/**/*.parquet', hive_partitioning = true, hive_types_autocast = false)"
                .formatted(table, archive, table));
      }
      try (ResultSet result = statement.executeQuery(sql)) {
        while (result.next()) {
          List<String> row = new ArrayList<>();
          for (int c = 1; c <= result.getMetaData().getColumnCount(); c++) {
            row.add(text(result.getObject(c)));
          }
          rows.add(row);
        }
      }
    }
    return rows;
  }

  /** Numbers by value: an engine's SUM of integers may be a long, a decimal or a double. */
  private static String text(Object value) {
    return value instanceof Number number
        ? Double.toString(number.doubleValue())
        : String.valueOf(value);
  }

  private static List<List<String>> spark(String sql) throws Exception {
    return Runs.query(archive, sql).stream()
        .map(row -> row.stream().map(DuckDbTest::text).toList())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT run_id, run_date, models_ok, models_failed, files_skipped, tensors_solved, tensors_reused, original_bytes, stored_bytes, referenced_bytes, weights, compression_ratio, bits_per_weight, relative_error FROM runs ORDER BY run_id",
        "SELECT run_id, model, status, format, tensors, weights, original_bytes, stored_bytes, compression_ratio, relative_error, sqnr_db, reused, blob_run_id, blob_pack, blob_offset, blob_bytes FROM models ORDER BY run_id, model",
        "SELECT run_id, model, position, tensor, tensor_key, dtype, shape, rank, elements, method, operating_point, stored_bytes, squared_error, squared_norm, reused, parts, payload_run_id, payload_pack, payload_offset FROM tensors ORDER BY run_id, model, position",
        "SELECT run_id, method, operating_point, status, COUNT(*), SUM(stored_bytes), SUM(CASE WHEN chosen THEN 1 ELSE 0 END) FROM candidates GROUP BY run_id, method, operating_point, status ORDER BY 1, 2, 3, 4",
        "SELECT run_id, codebook_id, path, kind, codebook_group, version, parent_id, codebooks, codewords, dimension, stored_bytes, tensors, vectors, sample_vectors, relative_error, offered, used_by_tensors, used_by_models, origin_run_id FROM codebooks ORDER BY run_id, codebook_id",
        "SELECT run_id, codebook_id, iteration, vectors, relative_error, seconds, reduced_bytes FROM codebook_training ORDER BY 1, 2, 3",
        "SELECT m.run_id, m.model, COUNT(*), SUM(t.original_bytes) FROM models m JOIN tensors t ON m.run_id = t.run_id AND m.model = t.model GROUP BY m.run_id, m.model ORDER BY 1, 2"
      })
  void globsGiveWhatSparkGives(String sql) throws Exception {
    List<List<String>> rows = duck(sql);
    assertThat(rows).hasSizeGreaterThan(2).isEqualTo(spark(sql));
  }

  @Test
  void timesAreInstantsInUtc() throws Exception {
    String epoch = "CAST(%s AS BIGINT)";
    assertThat(
            duck(
                "SELECT run_id, epoch_ms(started_at) // 1000, epoch_ms(committed_at) // 1000 FROM runs ORDER BY run_id"))
        .isEqualTo(
            spark(
                "SELECT run_id, %s, %s FROM runs ORDER BY run_id"
                    .formatted(epoch.formatted("started_at"), epoch.formatted("committed_at"))));
  }

  @Test
  void everyPointerLeadsToAPayloadThatDecodes() throws Exception {
    int checked = 0;
    String sql =
        "SELECT t.tensor, t.elements, t.dtype, t.payload_offset, p.data, p.sha256, part.length, part.member FROM (SELECT *, unnest(from_json(parts_json, '[{\"runId\":\"VARCHAR\",\"pack\":\"INTEGER\",\"offset\":\"INTEGER\",\"length\":\"INTEGER\",\"member\":\"INTEGER\"}]')) AS part FROM tensors WHERE parts = 1) t JOIN payloads p ON p.run_id = t.payload_run_id AND p.pack = t.payload_pack";
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      for (String table : List.of("tensors", "payloads")) {
        statement.execute(
            "CREATE VIEW %s AS SELECT * FROM read_parquet('%s/%s/**/*.parquet', hive_partitioning = true, hive_types_autocast = false)"
                .formatted(table, archive, table));
      }
      try (ResultSet rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          java.sql.Blob blob = rows.getBlob("data");
          byte[] data = blob.getBytes(1, (int) blob.length());
          java.sql.Blob hash = rows.getBlob("sha256");
          assertThat(MessageDigest.getInstance("SHA-256").digest(data))
              .isEqualTo(hash.getBytes(1, (int) hash.length()));
          Payload payload =
              Payload.decode(
                  data, rows.getInt("payload_offset"), rows.getInt("length"), SharedFactors.none());
          assertThat(payload.restore(rows.getInt("member")))
              .as(rows.getString("tensor"))
              .hasSize(4 * rows.getInt("elements"));
          checked++;
        }
      }
    }
    assertThat((long) checked)
        .isEqualTo(
            ((Number)
                    Runs.query(archive, "SELECT COUNT(*) FROM tensors WHERE parts = 1")
                        .get(0)
                        .get(0))
                .longValue())
        .isGreaterThan(40);
  }

  @Test
  void storedBytesAreTheFilesOfThePayloads() throws Exception {
    for (List<Object> run : Runs.query(archive, "SELECT run_id, stored_bytes FROM runs")) {
      long onDisk = 0;
      for (Path file : Runs.files(archive.resolve("payloads"))) {
        if (file.toString().contains("run_id=" + run.get(0) + "/")) {
          onDisk += Files.size(file);
        }
      }
      assertThat(run.get(1)).as("%s", run.get(0)).isEqualTo(onDisk);
    }
  }
}
