package org.zoopress.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Names the files that one commit makes visible; written last, never changed.
 *
 * @param formatVersion version of the archive's format
 * @param kind {@code compress}, or {@code evaluate} for rows added later to a run
 * @param runId the run
 * @param name file name in {@code _commits} without {@code .json}
 * @param committedAt UTC, ISO 8601
 * @param request fingerprint of what was asked for (zoo and settings), to find an unfinished run
 *     again
 * @param files every file, paths relative to the archive
 */
public record Manifest(
    int formatVersion,
    String kind,
    String runId,
    String name,
    String committedAt,
    String request,
    List<DataFile> files) {

  /** Version that this software writes, and the newest that it reads. */
  public static final int CURRENT_FORMAT = 1;

  /** In {@link DataFile#table}: a shared object, which is no table's file. */
  public static final String SHARED = "shared";

  /** One file: table, path relative to the archive, length in bytes. */
  public record DataFile(String table, String path, long bytes) implements java.io.Serializable {}

  private static final Pattern FILE =
      Pattern.compile(
          "codebooks/[0-9a-f]{64}[.]factors"
              + "|(runs|models|tensors|candidates|codebooks|codebook_training|evaluations|payloads)/run_date=[0-9-]{10}"
              + "/run_id=[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*[.]parquet");

  // Older software must refuse a newer format by its version, not by a field it does not know.
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /** JSON text. */
  public byte[] toJson() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Inverse of {@link #toJson}; throws {@link java.io.IOException} on damaged text. */
  public static Manifest ofJson(byte[] json) throws java.io.IOException {
    Manifest manifest = JSON.readValue(json, Manifest.class);
    if (manifest.files == null || !isName(manifest.runId) || !isName(manifest.name)) {
      throw new java.io.IOException("manifest without run id, name or files");
    }
    for (DataFile file : manifest.files) {
      // Paths are followed and files moved to them: an archive from elsewhere is hostile input.
      if (file.path() == null || !FILE.matcher(file.path()).matches() || file.bytes() < 0) {
        throw new java.io.IOException(
            "manifest names a file that is none of an archive: " + file.path());
      }
      if (!tableOf(file.path()).equals(file.table())) {
        throw new java.io.IOException(
            "manifest names %s as a file of %s".formatted(file.path(), file.table()));
      }
    }
    return manifest;
  }

  private static String tableOf(String path) {
    return path.endsWith(".factors") ? SHARED : path.substring(0, path.indexOf('/'));
  }

  private static boolean isName(String name) {
    return name != null && name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");
  }

  /**
   * The shared objects that the payloads of this run refer to, whichever run stored them first:
   * none of them may be deleted while this manifest is there.
   */
  public List<DataFile> shared() {
    return files.stream().filter(file -> file.table().equals(SHARED)).toList();
  }

  /** Files of one table. */
  public List<DataFile> files(Table table) {
    return files.stream().filter(file -> file.table().equals(table.label())).toList();
  }
}
