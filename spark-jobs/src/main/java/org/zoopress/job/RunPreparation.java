package org.zoopress.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.zoopress.allocate.UnitSolver;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.config.FailureLimit;
import org.zoopress.config.Keys;
import org.zoopress.error.UserInputException;
import org.zoopress.io.FileStamp;
import org.zoopress.io.PartitionReader;
import org.zoopress.io.SolvedUnit;
import org.zoopress.io.TensorRef;
import org.zoopress.io.UnitPlan;
import org.zoopress.io.UnitTask;
import org.zoopress.io.ZooListing;
import org.zoopress.method.MethodId;
import org.zoopress.zoo.TensorEntry;

/**
 * The part of a run that decides and stores nothing: list, read headers, hash, cut, solve, choose.
 * What tasks have solved lies in a staging folder, so that a rerun goes on from there.
 */
final class RunPreparation {
  private final RunContext run;
  private final FileSystem fs;
  private final ArchiveReader archive;
  private final String runId;
  private final String request;

  RunPreparation(
      RunContext run, FileSystem fs, ArchiveReader archive, String runId, String request) {
    this.run = run;
    this.fs = fs;
    this.archive = archive;
    this.runId = runId;
    this.request = request;
  }

  /** Everything that the tables and packs of the run are written from. */
  record Prepared(RunResult result, UnitPlanner.Plan plan, PackPlan packs) {}

  /** Solves what is new and chooses a candidate for each unit. */
  Prepared prepare() throws IOException {
    fs.mkdirs(run.skeletons());
    fs.mkdirs(run.solved());
    Path zoo = new Path(run.zoo());
    run.progress().stage("listing the zoo", 0);
    List<FileStamp> files = ZooListing.list(run.hadoop(), zoo);
    EarlierRuns earlier = EarlierRuns.read(archive, request);
    RunResult result = new RunResult(new SharedCatalog(archive.runs()));
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
    Optional<InputSamples> samples = InputSamples.of(run.hadoop(), run.settings());
    Map<String, String> grams = InputStage.run(run, samples, models, result);
    UnitPlanner.Plan networks = NetworkStage.run(run, samples, models, result, earlier);
    List<TensorRef> tensors = new ArrayList<>();
    List<PartitionReader.Keys> keys = new ArrayList<>();
    for (ModelInput model : models) {
      for (TensorRef tensor : model.failed() ? List.<TensorRef>of() : refs(model)) {
        if (!result.isCovered(model.name(), tensor.position())) {
          tensors.add(tensor);
          keys.add(result.partKeys().get(model.name()).get(tensor.position()));
        }
      }
    }
    UnitPlanner.Plan plan =
        new UnitPlanner(run.settings()).plan(tensors, keys, grams).after(networks);
    List<UnitPlan> toSolve = toSolve(plan, earlier, result);
    learn(toSolve, result);
    Solutions staged = Solutions.read(fs, run.solved(), result.shared()::isKnown);
    models = solved(models, plan, toSolve, staged, result);
    models = stillTheSame(models, ZooListing.list(run.hadoop(), zoo));
    result.models().addAll(models);
    checkFailures(models, result.unchanged().size());

    PackPlan packs = new DeltaWave(run, runId, result, plan).plan(archive, staged);
    checkFailures(result.models(), result.unchanged().size());
    return new Prepared(result, plan, packs);
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
    Map<String, PartitionReader.Keys[]> keys = new HashMap<>();
    Map<String, HashStage.Hashed> errors = new LinkedHashMap<>();
    for (HashStage.Hashed hashed : HashStage.run(run, tensors)) {
      if (!hashed.error().isEmpty()) {
        errors.putIfAbsent(hashed.model(), hashed);
      }
      keys.computeIfAbsent(hashed.model(), m -> new PartitionReader.Keys[tensorCount(models, m)])[
              hashed.position()] =
          hashed.keys();
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
              .partKeys()
              .put(
                  model.name(),
                  List.of(keys.getOrDefault(model.name(), new PartitionReader.Keys[0])));
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

  /** What no earlier run has solved. */
  private List<UnitPlan> toSolve(UnitPlanner.Plan plan, EarlierRuns earlier, RunResult result) {
    List<UnitPlan> toSolve = new ArrayList<>();
    for (UnitPlan unit : plan.units()) {
      if (result.solved().containsKey(unit.fingerprint())
          || result.reused().containsKey(unit.fingerprint())) {
        continue; // a network
      }
      earlier
          .unit(unit.fingerprint(), unit.members().size())
          .filter(this::mayBeReused)
          .ifPresentOrElse(
              stored -> result.reused().put(unit.fingerprint(), stored), () -> toSolve.add(unit));
    }
    return toSolve;
  }

  /** Offers the solvers what is learned over all units, or was learned before. */
  private void learn(List<UnitPlan> toSolve, RunResult result) throws IOException {
    result.offer(ShareStage.run(run, fs, runId, archive, result.shared(), toSolve));
    if (UnitSolver.wantsKernelTransforms(run.settings())) {
      result.shared().offer(new TransformStage(run, fs, archive).run(toSolve, result.shared()));
    }
  }

  /** Solves what no earlier attempt has solved either. */
  private List<ModelInput> solved(
      List<ModelInput> models,
      UnitPlanner.Plan plan,
      List<UnitPlan> toSolve,
      Solutions solutions,
      RunResult result) {
    List<MethodId> methods =
        run.settings().get(Keys.METHODS).stream().filter(m -> !m.solvesNetworks()).toList();
    List<UnitTask> open = new ArrayList<>();
    for (UnitPlan unit : toSolve) {
      solutions.open(unit, methods).ifPresent(m -> open.add(new UnitTask(unit, m)));
    }
    if (open.size() < toSolve.size()) {
      run.progress()
          .message(
              "going on: %d of %d units were solved before"
                  .formatted(toSolve.size() - open.size(), plan.units().size()));
    }
    Map<String, SolvedUnit> failures = new HashMap<>();
    for (SolvedUnit unit : SolveStage.run(run, open, result.shared().offered())) {
      if (unit.failed()) {
        failures.put(unit.key(), unit);
      } else {
        solutions.add(unit);
      }
    }
    for (UnitPlan unit : toSolve) {
      SolvedUnit failure = failures.get(unit.solutionKey());
      result
          .solved()
          .put(unit.fingerprint(), failure != null ? failure : solutions.of(unit, methods));
    }
    List<ModelInput> checked = new ArrayList<>();
    for (ModelInput model : models) {
      Optional<SolvedUnit> bad =
          model.failed() ? Optional.empty() : firstFailure(model, plan, result);
      checked.add(bad.map(unit -> failed(model, unit.errorClass(), unit.error())).orElse(model));
    }
    return checked;
  }

  /** Kept tensors are the same under all settings, but one may forbid differences. */
  private boolean mayBeReused(List<StoredPart> parts) {
    return !run.settings().get(Keys.DELTA_RELATIVES).equals("none")
        || parts.stream().allMatch(part -> part.base() == null);
  }

  private static Optional<SolvedUnit> firstFailure(
      ModelInput model, UnitPlanner.Plan plan, RunResult result) {
    for (String key : result.sources(model.name())) {
      for (UnitPlanner.Source source : plan.sources().get(key)) {
        SolvedUnit unit = result.solved().get(source.fingerprint());
        if (unit != null && unit.failed()) {
          return Optional.of(unit);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * A model whose files changed while they were read is failed: its tensors may be of two versions.
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
