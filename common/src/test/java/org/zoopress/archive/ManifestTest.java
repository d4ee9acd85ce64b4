package org.zoopress.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.archive.Manifest.DataFile;

/**
 * Manifests name what readers open and what commits move: those from elsewhere are hostile input.
 */
class ManifestTest {
  private static Manifest manifest(String path) {
    return new Manifest(
        Manifest.CURRENT_FORMAT,
        "compress",
        "night",
        "night",
        "2026-11-21T00:00:00Z",
        "",
        List.of(new Manifest.DataFile("payloads", path, 10)));
  }

  @Test
  void roundTrip() throws IOException {
    Manifest manifest =
        manifest("payloads/run_date=2026-11-21/run_id=night/pack-000000000.parquet");
    assertThat(Manifest.ofJson(manifest.toJson())).isEqualTo(manifest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../home/user/.bashrc",
        "/etc/passwd",
        "payloads/run_date=2026-11-21/run_id=../x.parquet",
        "payloads/../../x.parquet",
        "file:/etc/passwd",
        "secrets/run_date=2026-11-21/run_id=night/x.parquet",
        "payloads/run_date=2026-11-21/run_id=night/.hidden.parquet"
      })
  void pathsThatAreNoneOfAnArchiveAreRefused(String path) {
    assertThatThrownBy(() -> Manifest.ofJson(manifest(path).toJson()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none of an archive");
  }

  @ParameterizedTest
  @CsvSource({"shared, payloads", "payloads, codebooks", ", payloads"})
  void filesOfAnotherTableAreRefused(String table, String folder) {
    String path = folder + "/run_date=2026-11-21/run_id=night/part-00000.parquet";
    Manifest manifest =
        new Manifest(
            1, "compress", "night", "night", "", "", List.of(new DataFile(table, path, 10)));
    assertThatThrownBy(() -> Manifest.ofJson(manifest.toJson()))
        .isInstanceOf(IOException.class)
        .hasMessage("manifest names %s as a file of %s".formatted(path, table));
  }

  @Test
  void namesThatLeadElsewhereAreRefused() {
    Manifest manifest =
        new Manifest(1, "compress", "night", "../x", "2026-11-21T00:00:00Z", "", List.of());
    assertThatThrownBy(() -> Manifest.ofJson(manifest.toJson())).isInstanceOf(IOException.class);
  }
}
