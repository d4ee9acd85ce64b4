package org.zoopress.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.zoopress.archive.ArchivePaths;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.error.UserInputException;
import org.zoopress.io.WholeFile;

/**
 * Which run a command works on. It is stable over retries: the id and the start time of an
 * unfinished run lie in its staging folder.
 *
 * @param startedAt when its first attempt began; gives the run's date
 */
record RunIdentity(String runId, Instant startedAt) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "request.json";

  /**
   * @param wanted the run id asked for; empty: an unfinished run of the same request, else a new id
   * @param request fingerprint of zoo and settings
   * @throws UserInputException if the wanted run is unfinished with other settings or another zoo
   */
  static RunIdentity resolve(
      FileSystem fs,
      ArchivePaths paths,
      ArchiveReader archive,
      Optional<String> wanted,
      String request)
      throws IOException {
    String id =
        wanted.isPresent()
            ? wanted.get()
            : unfinished(fs, paths, request).orElseGet(() -> fresh(archive, request));
    Optional<JsonNode> begun = read(fs, new Path(paths.staging(id), FILE));
    if (begun.isEmpty()) {
      return new RunIdentity(id, Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }
    if (!begun.get().path("request").asText().equals(request)) {
      throw new UserInputException(
          "Cannot continue run '%s': it was begun with another zoo or other settings. Repeat that command, or choose another --run-id."
              .formatted(id));
    }
    return new RunIdentity(id, Instant.parse(begun.get().path("started_at").asText()));
  }

  /** Notes the run in its staging folder. */
  void begin(FileSystem fs, ArchivePaths paths, String request) throws IOException {
    Path file = new Path(paths.staging(runId), FILE);
    if (read(fs, file).isEmpty()) {
      byte[] json =
          JSON.writeValueAsBytes(
              Map.of("run_id", runId, "started_at", startedAt.toString(), "request", request));
      WholeFile.write(fs, file, out -> out.write(json));
    }
  }

  private static Optional<String> unfinished(FileSystem fs, ArchivePaths paths, String request)
      throws IOException {
    List<FileStatus> folders = new ArrayList<>();
    try {
      folders.addAll(Arrays.asList(fs.listStatus(paths.staging("x").getParent())));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    folders.sort(Comparator.comparing(folder -> folder.getPath().getName()));
    for (FileStatus folder : folders) {
      Optional<JsonNode> begun = read(fs, new Path(folder.getPath(), FILE));
      if (begun.isPresent() && begun.get().path("request").asText().equals(request)) {
        return Optional.of(folder.getPath().getName());
      }
    }
    return Optional.empty();
  }

  private static String fresh(ArchiveReader archive, String request) {
    String base = LocalDate.now(ZoneOffset.UTC) + "-" + request.substring(0, 8);
    String id = base;
    for (int n = 2; archive.run(id).isPresent(); n++) {
      id = base + "-" + n;
    }
    return id;
  }

  private static Optional<JsonNode> read(FileSystem fs, Path file) throws IOException {
    if (!fs.exists(file)) {
      return Optional.empty();
    }
    try (FSDataInputStream in = fs.open(file)) {
      return Optional.of(JSON.readTree(in.readAllBytes()));
    }
  }
}
