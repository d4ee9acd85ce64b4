package org.zoopress.job;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.zoopress.archive.ArchivePaths;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.archive.Digests;
import org.zoopress.archive.Lease;
import org.zoopress.archive.Manifest;
import org.zoopress.archive.ParquetRows;
import org.zoopress.archive.RunCommit;
import org.zoopress.config.Keys;
import org.zoopress.error.UserInputException;

/**
 * A run that was begun or found again, under its lease; closing gives the lease back and leaves
 * what was solved in staging.
 *
 * @param request fingerprint of zoo, settings and code: equal ones ask for the same
 */
record OpenRun(
    RunContext context,
    FileSystem fs,
    RunCommit commit,
    ArchiveReader archive,
    RunIdentity identity,
    String request,
    Lease lease)
    implements AutoCloseable {

  /**
   * Opens the archive after finishing interrupted commits, finds out which run it is, and takes its
   * lease.
   *
   * @param solved folder of solved candidates that runs share; empty: the run's own, which goes
   *     when it is committed
   * @param networks compresses networks as a whole
   */
  static OpenRun of(
      SparkSession session,
      CompressRequest request,
      Optional<Path> solved,
      NetworkMethod networks,
      Progress progress)
      throws IOException {
    request.runId().ifPresent(ArchivePaths::checkedRunId);
    JavaSparkContext spark = new JavaSparkContext(session.sparkContext());
    Configuration conf = spark.hadoopConfiguration();
    Path zoo = qualified(conf, request.zoo());
    Path root = qualified(conf, request.archive());
    FileSystem fs = ParquetRows.fileSystem(conf, root);
    ArchivePaths paths = new ArchivePaths(root);
    RunCommit commit = new RunCommit(conf, root);
    commit.rollForward();
    String fingerprint = fingerprint(conf, request);
    ArchiveReader archive = ArchiveReader.openOrEmpty(conf, root);
    RunIdentity identity = RunIdentity.resolve(fs, paths, archive, request.runId(), fingerprint);
    Path staging = paths.staging(identity.runId());
    Duration term = Duration.ofSeconds(request.settings().get(Keys.RUN_LEASE_SECONDS));
    Lease lease = ArchiveLease.acquire(fs, paths, identity.runId(), term);
    try {
      // Another driver may have committed this very run between the look at the archive and the
      // lease.
      archive = ArchiveReader.openOrEmpty(conf, root);
      if (archive.run(identity.runId()).isPresent()) {
        fs.delete(staging, true);
        throw new UserInputException(
            "Cannot start run '%s': another driver has just committed it. Its result is in the archive; repeat the command for a new run."
                .formatted(identity.runId()));
      }
      identity.begin(fs, paths, fingerprint);
      Broadcast<SerializableConfiguration> broadcast =
          spark.broadcast(new SerializableConfiguration(conf));
      RunContext context =
          new RunContext(
              spark,
              broadcast,
              zoo.toString(),
              staging,
              solved.orElse(new Path(staging, "solved")),
              request.settings(),
              networks,
              progress);
      return new OpenRun(context, fs, commit, archive, identity, fingerprint, lease);
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  /** Fingerprint of what is asked for. */
  static String fingerprint(Configuration conf, CompressRequest request) throws IOException {
    List<String> parts = new ArrayList<>();
    parts.add(qualified(conf, request.zoo()).toString());
    parts.add(request.settings().fingerprint());
    parts.add(ShareStage.sharesCodebooks(request.settings()) ? "shared codebooks" : "");
    parts.add("code " + UnitPlanner.CODE_VERSION);
    InputSamples.of(conf, request.settings()).ifPresent(data -> parts.add(data.fingerprint()));
    return Digests.sha256(parts);
  }

  /**
   * The committed run of the id that is asked for, if there is one.
   *
   * @throws UserInputException if that run was of another zoo or other settings
   */
  static Optional<Manifest> committed(
      ArchiveReader archive, CompressRequest request, String fingerprint) {
    Optional<Manifest> committed = request.runId().flatMap(archive::run);
    if (committed.isPresent() && !committed.get().request().equals(fingerprint)) {
      throw new UserInputException(
          "Cannot use run id '%s': the archive has a committed run of that id with another zoo or other settings. Choose another --run-id."
              .formatted(committed.get().runId()));
    }
    return committed;
  }

  /** Solves what is new and chooses; see {@link RunPreparation}. */
  RunPreparation.Prepared prepare() throws IOException {
    return new RunPreparation(context, fs, archive, identity.runId(), request).prepare();
  }

  static Path qualified(Configuration conf, String folder) throws IOException {
    Path path = new Path(folder);
    return path.getFileSystem(conf).makeQualified(path);
  }

  @Override
  public void close() throws IOException {
    lease.close();
    context.conf().destroy();
  }
}
