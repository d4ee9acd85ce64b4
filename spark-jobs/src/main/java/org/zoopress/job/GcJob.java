package org.zoopress.job;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.zoopress.archive.ArchivePaths;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.archive.Lease;
import org.zoopress.archive.Manifest;
import org.zoopress.archive.ParquetRows;
import org.zoopress.archive.RunCommit;
import org.zoopress.config.Keys;
import org.zoopress.error.UserInputException;

/**
 * Deletes what an archive does not need: runs that are old and that no newer run has payloads in,
 * shared objects that no run refers to, files that no manifest names, and staging folders that were
 * given up. Usage:
 *
 * <pre>  zoopress gc --archive archive --keep-runs 30 --dry-run</pre>
 *
 * <p>Manifests are deleted first, then files: killed at any step, it leaves an archive that reads,
 * and files that the next collection finds. No run works on the archive at the same time: the
 * collector and every run look for each other once they have their own lease.
 */
public final class GcJob implements ZooJob<GcRequest, GcReport> {

  @Override
  public GcReport run(SparkSession session, GcRequest request, Progress progress) throws Exception {
    if (request.keepRuns().isPresent() && request.olderThanDays().isPresent()) {
      throw new UserInputException(
          "Cannot use both --keep-runs and --older-than: which runs may go is one rule. Leave one of them out.");
    }
    if (request.keepRuns().orElse(1) < 1 || request.olderThanDays().orElse(0) < 0) {
      throw new UserInputException(
          "Cannot collect archive %s: --keep-runs must be at least 1 and --older-than at least 0. Name another number."
              .formatted(request.archive()));
    }
    Configuration conf = session.sparkContext().hadoopConfiguration();
    Path root = OpenRun.qualified(conf, request.archive());
    FileSystem fs = ParquetRows.fileSystem(conf, root);
    ArchiveReader.open(conf, root); // a wrong path has no run
    ArchivePaths paths = new ArchivePaths(root);
    progress.stage("looking at the archive", 0);
    if (request.dryRun()) {
      return report(plan(conf, fs, paths, request), true);
    }
    Duration term = Duration.ofSeconds(Keys.RUN_LEASE_SECONDS.defaultValue());
    fs.mkdirs(paths.collectorLease().getParent());
    try (Lease lease = Lease.acquire(fs, paths.collectorLease(), term)) {
      refuseBesideRuns(fs, paths, term);
      new RunCommit(conf, root).rollForward();
      GcPlan plan = plan(conf, fs, paths, request);
      lease.check();
      progress.stage("deleting", 0);
      delete(fs, plan);
      return report(plan, false);
    }
  }

  private static void refuseBesideRuns(FileSystem fs, ArchivePaths paths, Duration term)
      throws IOException {
    for (FileStatus folder : fs.listStatus(paths.staging("x").getParent())) {
      Path lease = new Path(folder.getPath(), "lease.json");
      Optional<String> holder =
          lease.equals(fs.makeQualified(paths.collectorLease()))
              ? Optional.empty()
              : Lease.holder(fs, lease, term);
      if (holder.isPresent()) {
        throw new UserInputException(
            "Cannot collect archive %s: %s works on run %s. Wait for it, or end it."
                .formatted(paths.root(), holder.get(), folder.getPath().getName()));
      }
    }
  }

  /** Files first, then commits that have begun, then manifests: see {@link GcPlan#of}. */
  private static GcPlan plan(
      Configuration conf, FileSystem fs, ArchivePaths paths, GcRequest request) throws IOException {
    Map<String, Long> present = GcPlan.present(fs, paths);
    Set<String> begun = begun(fs, paths);
    ArchiveReader archive = ArchiveReader.openOrEmpty(conf, paths.root());
    return GcPlan.of(fs, paths, archive, present, begun, request, Instant.now());
  }

  /** Files of commits that have begun and are not visible yet. */
  private static Set<String> begun(FileSystem fs, ArchivePaths paths) throws IOException {
    Set<String> files = new HashSet<>();
    FileStatus[] folders;
    try {
      folders = fs.listStatus(paths.staging("x").getParent());
    } catch (FileNotFoundException e) {
      return files;
    }
    for (FileStatus folder : folders) {
      try (FSDataInputStream in = fs.open(new Path(folder.getPath(), "commit.json"))) {
        Manifest.ofJson(in.readAllBytes()).files().forEach(file -> files.add(file.path()));
      } catch (FileNotFoundException e) {
        continue; // it has not begun, or has just ended
      }
    }
    return files;
  }

  private static void delete(FileSystem fs, GcPlan plan) throws IOException {
    for (List<Path> step : List.of(plan.manifests(), plan.files())) {
      for (Path file : step) {
        fs.delete(file, false);
      }
    }
    for (Path file : plan.files()) {
      // run_id=…, run_date=…
      deleteIfEmpty(fs, file.getParent());
      deleteIfEmpty(fs, file.getParent().getParent());
    }
    for (Path folder : plan.folders()) {
      fs.delete(folder, true);
    }
  }

  private static void deleteIfEmpty(FileSystem fs, Path folder) throws IOException {
    try {
      if (folder.getName().contains("=") && fs.listStatus(folder).length == 0) {
        fs.delete(folder, false);
      }
    } catch (FileNotFoundException e) {
      return; // with its last file
    }
  }

  private static GcReport report(GcPlan plan, boolean dryRun) {
    long freed =
        plan.lines().stream().filter(GcReport.Line::delete).mapToLong(GcReport.Line::bytes).sum();
    return new GcReport(dryRun, freed, List.copyOf(plan.lines()));
  }
}
