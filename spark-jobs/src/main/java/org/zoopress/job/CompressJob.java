package org.zoopress.job;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
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
import org.zoopress.archive.Manifest.DataFile;
import org.zoopress.archive.ParquetRows;
import org.zoopress.archive.RunCommit;
import org.zoopress.archive.Table;
import org.zoopress.config.FailureLimit;
import org.zoopress.config.Keys;
import org.zoopress.error.UserInputException;
import org.zoopress.io.FileStamp;
import org.zoopress.io.SolvedFile;
import org.zoopress.io.SolvedUnit;
import org.zoopress.io.TensorRef;
import org.zoopress.io.UnitPlan;
import org.zoopress.io.ZooListing;
import org.zoopress.zoo.TensorEntry;

/**
 * Compresses a zoo into an archive.
 *
 * <p>Inputs: a folder of models on any Hadoop file system. Outputs: one committed run in the
 * archive. Usage:
 *
 * <pre>  zoopress compress --zoo models --archive archive --methods scalar --set scalar.bits=4
 * </pre>
 *
 * <p>Steps: list, read headers, hash tensors, cut into weight partitions, solve, plan, write packs
 * and tables, commit. Weights and payloads never pass through the driver; it holds headers,
 * candidates' sizes and errors, and the plan.
 */
public final class CompressJob implements ZooJob<CompressRequest, CompressReport> {

  @Override
  public CompressReport run(SparkSession session, CompressRequest request, Progress progress)
      throws Exception {
    request.runId().ifPresent(ArchivePaths::checkedRunId);
    JavaSparkContext spark = new JavaSparkContext(session.sparkContext());
    Configuration conf = spark.hadoopConfiguration();
    Path zoo = qualified(conf, request.zoo());
    Path root = qualified(conf, request.archive());
    FileSystem fs = ParquetRows.fileSystem(conf, root);
    ArchivePaths paths = new ArchivePaths(root);
    RunCommit commit = new RunCommit(conf, root);
    commit.rollForward();

    String fingerprint = fingerprint(zoo, request);
    ArchiveReader archive = ArchiveReader.openOrEmpty(conf, root);
    if (request.runId().isPresent()) {
      Optional<Manifest> committed = archive.run(request.runId().get());
      if (committed.isPresent()) {
        progress.message(
            "run %s is committed already: nothing to do".formatted(request.runId().get()));
        return Reports.ofCommitted(archive, committed.get());
      }
    }
    RunIdentity identity = RunIdentity.resolve(fs, paths, archive, request.runId(), fingerprint);
    Path staging = paths.staging(identity.runId());
    fs.mkdirs(staging);
    Duration term = Duration.ofSeconds(request.settings().get(Keys.RUN_LEASE_SECONDS));
    Manifest manifest;
    try (Lease lease = Lease.acquire(fs, new Path(staging, "lease.json"), term)) {
      Optional<Manifest> meanwhile = ArchiveReader.openOrEmpty(conf, root).run(identity.runId());
      if (meanwhile.isPresent()) {
        // Another driver ended between the first look and the lease.
        fs.delete(staging, true);
        return Reports.ofCommitted(archive, meanwhile.get());
      }
      identity.begin(fs, paths, fingerprint);
      Broadcast<SerializableConfiguration> broadcast =
          spark.broadcast(new SerializableConfiguration(conf));
      RunContext run =
          new RunContext(spark, broadcast, zoo.toString(), staging, request.settings(), progress);
      manifest = new Attempt(run, fs, commit, archive, identity, fingerprint, lease).run();
      broadcast.destroy();
    }
    return Reports.ofCommitted(ArchiveReader.openOrEmpty(conf, root), manifest)
        .withStatus("committed");
  }

  /**
   * Equal for equal zoo folder, settings and code: what decides whether two commands ask for the
   * same.
   */
  private static String fingerprint(Path zoo, CompressRequest request) {
    return Digests.sha256(
        List.of(
            zoo.toString(), request.settings().fingerprint(), "code " + UnitPlanner.CODE_VERSION));
  }

  private static Path qualified(Configuration conf, String folder) throws IOException {
    Path path = new Path(folder);
    return path.getFileSystem(conf).makeQualified(path);
  }

  /** One attempt at a run, under its lease. */
  private static final class Attempt {
    private final Instant begin = Instant.now();
    private final RunContext run;
    private final FileSystem fs;
    private final RunCommit commit;
    private final ArchiveReader archive;
    private final RunIdentity identity;
    private final String request;
    private final Lease lease;

    Attempt(
        RunContext run,
        FileSystem fs,
        RunCommit commit,
        ArchiveReader archive,
        RunIdentity identity,
        String request,
        Lease lease) {
      this.run = run;
      this.fs = fs;
      this.commit = commit;
      this.archive = archive;
      this.identity = identity;
      this.request = request;
      this.lease = lease;
    }

    Manifest run() throws IOException {
      fs.delete(commit.staged(identity.runId(), ""), true);
      fs.mkdirs(run.skeletons());
      fs.mkdirs(run.solved());
      Path zoo = new Path(run.zoo());
      run.progress().stage("listing the zoo", 0);
      List<FileStamp> files = ZooListing.list(run.hadoop(), zoo);
      EarlierRuns earlier = EarlierRuns.read(archive, request);
      RunResult result = new RunResult();
      List<FileStamp> changed = result.takeUnchanged(files, earlier);

      HeaderStage.Result headers =
          HeaderStage.run(
              run.spark(),
              run.conf(),
              run.zoo(),
              files,
              changed,
              run.limits(),
              Optional.of(run.skeletons()),
              run.progress());
      result.skipped().addAll(headers.skipped());
      List<ModelInput> models = hashed(headers.models(), result);
      if (models.isEmpty() && result.unchanged().isEmpty()) {
        throw new UserInputException(
            "Cannot compress zoo %s: none of its %d files is a model (.safetensors, .onnx, .pt, .pth, .th, .ckpt). Check --zoo."
                .formatted(run.zoo(), files.size()));
      }
      List<TensorRef> tensors = new ArrayList<>();
      List<String> keys = new ArrayList<>();
      for (ModelInput model : models) {
        if (!model.failed()) {
          tensors.addAll(refs(model));
          keys.addAll(result.keys().get(model.name()));
        }
      }
      UnitPlanner.Plan plan = new UnitPlanner(run.settings()).plan(tensors, keys);
      models = solved(models, plan, earlier, result);
      models = stillTheSame(models, ZooListing.list(run.hadoop(), zoo));
      result.models().addAll(models);
      checkFailures(models, result.unchanged().size());

      run.progress().stage("planning", 0);
      PackPlan packs = new PackPlan(run, identity.runId(), result, plan);
      packs.choose();
      List<DataFile> data =
          new ArrayList<>(
              PackStage.run(run, commit, identity.runId(), identity.startedAt(), packs.packs()));
      long storedBytes = data.stream().mapToLong(DataFile::bytes).sum();

      run.progress().stage("writing tables", 0);
      RunRows rows = new RunRows(run, identity, result, plan, packs);
      write(data, Table.MODELS, rows.models());
      write(data, Table.TENSORS, rows.tensors());
      write(data, Table.CANDIDATES, rows.candidates());
      write(data, Table.RUNS, List.of(rows.run(storedBytes, begin)));
      lease.check();
      run.progress().stage("committing", 0);
      Manifest manifest =
          new Manifest(
              Manifest.CURRENT_FORMAT,
              "compress",
              identity.runId(),
              identity.runId(),
              Instant.now().toString(),
              request,
              data);
      commit.commit(identity.runId(), manifest);
      return manifest;
    }

    private void write(List<DataFile> data, Table table, List<org.zoopress.archive.Row> rows)
        throws IOException {
      String path =
          ArchivePaths.relative(
              table, identity.runId(), identity.startedAt(), "part-00000.parquet");
      long bytes =
          ParquetRows.write(run.hadoop(), commit.staged(identity.runId(), path), table, rows);
      data.add(new DataFile(table.label(), path, bytes));
    }

    private static List<TensorRef> refs(ModelInput model) {
      List<TensorRef> refs = new ArrayList<>();
      List<TensorEntry> entries = model.header().tensors();
      for (int t = 0; t < entries.size(); t++) {
        TensorEntry entry = entries.get(t);
        refs.add(
            new TensorRef(model.name(), t, model.header().files().get(entry.file()).path(), entry));
      }
      return refs;
    }

    /** Hashes all tensors; a model with a tensor that cannot be read is failed from here on. */
    private List<ModelInput> hashed(List<ModelInput> models, RunResult result) {
      List<TensorRef> tensors = new ArrayList<>();
      for (ModelInput model : models) {
        if (!model.failed()) {
          tensors.addAll(refs(model));
        }
      }
      Map<String, String[]> keys = new HashMap<>();
      Map<String, HashStage.Hashed> errors = new LinkedHashMap<>();
      for (HashStage.Hashed hashed : HashStage.run(run, tensors)) {
        if (!hashed.error().isEmpty()) {
          errors.putIfAbsent(hashed.model(), hashed);
        }
        keys.computeIfAbsent(hashed.model(), m -> new String[tensorCount(models, m)])[
                hashed.position()] =
            hashed.key();
      }
      List<ModelInput> checked = new ArrayList<>();
      for (ModelInput model : models) {
        HashStage.Hashed error = errors.get(model.name());
        if (error != null) {
          checked.add(failed(model, error.errorClass(), error.error()));
        } else {
          checked.add(model);
          if (!model.failed()) {
            result
                .keys()
                .put(model.name(), List.of(keys.getOrDefault(model.name(), new String[0])));
          } else {
            run.progress().message("left out %s: %s".formatted(model.name(), model.errorMessage()));
          }
        }
      }
      return checked;
    }

    private static int tensorCount(List<ModelInput> models, String name) {
      return models.stream()
          .filter(model -> model.name().equals(name))
          .findFirst()
          .orElseThrow()
          .header()
          .tensors()
          .size();
    }

    /** Solves what neither an earlier run nor an earlier attempt has solved. */
    private List<ModelInput> solved(
        List<ModelInput> models, UnitPlanner.Plan plan, EarlierRuns earlier, RunResult result)
        throws IOException {
      Map<String, SolvedUnit> staged = stagedUnits();
      List<UnitPlan> open = new ArrayList<>();
      for (UnitPlan unit : plan.units()) {
        Optional<List<StoredPart>> stored = earlier.unit(unit.fingerprint(), unit.members().size());
        SolvedUnit done = staged.get(unit.fingerprint());
        if (stored.isPresent()) {
          result.reused().put(unit.fingerprint(), stored.get());
        } else if (done != null) {
          result.solved().put(unit.fingerprint(), done);
        } else {
          open.add(unit);
        }
      }
      if (!staged.isEmpty()) {
        run.progress()
            .message(
                "going on: %d of %d units were solved before"
                    .formatted(result.solved().size(), plan.units().size()));
      }
      for (SolvedUnit unit : SolveStage.run(run, open)) {
        result.solved().put(unit.fingerprint(), unit);
      }
      List<ModelInput> checked = new ArrayList<>();
      for (ModelInput model : models) {
        Optional<SolvedUnit> bad =
            model.failed() ? Optional.empty() : firstFailure(model, plan, result);
        checked.add(bad.map(unit -> failed(model, unit.errorClass(), unit.error())).orElse(model));
      }
      return checked;
    }

    private static Optional<SolvedUnit> firstFailure(
        ModelInput model, UnitPlanner.Plan plan, RunResult result) {
      for (String key : result.keys().get(model.name())) {
        for (UnitPlanner.Source source : plan.sources().get(key)) {
          SolvedUnit unit = result.solved().get(source.fingerprint());
          if (unit != null && unit.failed()) {
            return Optional.of(unit);
          }
        }
      }
      return Optional.empty();
    }

    private Map<String, SolvedUnit> stagedUnits() throws IOException {
      Map<String, SolvedUnit> units = new HashMap<>();
      for (FileStatus file : fs.listStatus(run.solved())) {
        if (file.getPath().getName().endsWith(".solved")) {
          SolvedFile.readIndex(fs, file.getPath())
              .ifPresent(list -> list.forEach(unit -> units.put(unit.fingerprint(), unit)));
        }
      }
      return units;
    }

    /**
     * A model whose files changed while they were read is failed: its tensors may be of two
     * versions.
     */
    private List<ModelInput> stillTheSame(List<ModelInput> models, List<FileStamp> now) {
      Set<FileStamp> present = new HashSet<>(now);
      List<ModelInput> checked = new ArrayList<>();
      for (ModelInput model : models) {
        if (model.failed() || present.containsAll(model.files())) {
          checked.add(model);
        } else {
          checked.add(
              failed(
                  model,
                  "ChangedWhileRead",
                  "Cannot compress %s: its files changed while the run was reading them. Run again when nothing writes to the zoo."
                      .formatted(model.path())));
        }
      }
      return checked;
    }

    private ModelInput failed(ModelInput model, String errorClass, String message) {
      run.progress().message("left out %s: %s".formatted(model.name(), message));
      return model.asFailed(errorClass, message);
    }

    private void checkFailures(List<ModelInput> models, int unchanged) {
      FailureLimit limit = run.settings().get(Keys.RUN_MAX_FAILED_MODELS);
      int failed = (int) models.stream().filter(ModelInput::failed).count();
      if (limit.isExceededBy(failed, models.size() + unchanged)) {
        throw new UserInputException(
            "Cannot commit the run: %d of %d models failed, more than run.max-failed-models=%s allows. The first: %s"
                .formatted(
                    failed,
                    models.size() + unchanged,
                    limit,
                    models.stream()
                        .filter(ModelInput::failed)
                        .findFirst()
                        .orElseThrow()
                        .errorMessage()));
      }
    }
  }
}
