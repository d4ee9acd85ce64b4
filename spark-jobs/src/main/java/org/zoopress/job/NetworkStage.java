package org.zoopress.job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.zoopress.archive.Digests;
import org.zoopress.config.Keys;
import org.zoopress.config.Settings;
import org.zoopress.evaluate.CompanionGraph;
import org.zoopress.io.PartitionReader;
import org.zoopress.io.SolvedNetwork;
import org.zoopress.io.SolvedUnit;
import org.zoopress.io.TensorRef;
import org.zoopress.io.UnitPlan;
import org.zoopress.method.MethodId;
import org.zoopress.zoo.ModelFormat;
import org.zoopress.zoo.TensorEntry;

/**
 * Compresses networks whose graphs are at hand as a whole, on executors, a task a network, the
 * biggest first. What a network covers becomes one unit with one payload; its other tensors are cut
 * as those of any model. Models without a graph that hold a network's weights share its payload.
 *
 * <p>A network that cannot be compressed as a whole costs nothing but the attempt: it is cut into
 * units as any model, and its row says why.
 */
final class NetworkStage {
  private static final String NOT_WHOLE = "second-order not used: ";

  private final RunContext run;
  private final Optional<InputSamples> samples;
  private final List<ModelInput> models;
  private final RunResult result;
  private final EarlierRuns earlier;
  private final KeepRules keep;
  private final List<UnitPlan> units = new ArrayList<>();
  private final Map<String, List<UnitPlanner.Source>> sources = new LinkedHashMap<>();

  private NetworkStage(
      RunContext run,
      Optional<InputSamples> samples,
      List<ModelInput> models,
      RunResult result,
      EarlierRuns earlier) {
    this.run = run;
    this.samples = samples;
    this.models = models;
    this.result = result;
    this.earlier = earlier;
    this.keep = new KeepRules(run.settings());
  }

  /**
   * @param samples for the networks that their descriptor matches
   * @param models models of the run in order of their names
   * @param result hears which tensors are covered, what was solved, what earlier runs stored, and
   *     why models are not compressed as networks
   * @return the units of the networks
   */
  static UnitPlanner.Plan run(
      RunContext run,
      Optional<InputSamples> samples,
      List<ModelInput> models,
      RunResult result,
      EarlierRuns earlier) {
    NetworkStage stage = new NetworkStage(run, samples, models, result, earlier);
    if (run.settings().get(Keys.METHODS).contains(MethodId.SECOND_ORDER)) {
      if (run.settings().get(Keys.TARGET_MAX_ERROR).isPresent()) {
        run.progress()
            .message(
                NOT_WHOLE
                    + "target.max-error bounds the error of weights, and it makes answers equal instead");
      } else {
        stage.solve();
      }
    }
    return new UnitPlanner.Plan(stage.units, stage.sources);
  }

  private void solve() {
    Map<String, EarlierRuns.StoredModel> stored = storedNetworks();
    List<NetworkFamily> open = new ArrayList<>();
    Set<String> inFamilies = new HashSet<>();
    for (NetworkFamily family : NetworkFamily.of(models, result)) {
      family.models().forEach(model -> inFamilies.add(model.name()));
      Optional<String> tooLarge = tooLarge(family.network());
      if (tooLarge.isPresent()) {
        refuse(family, tooLarge.get());
      } else if (!share(family.models(), stored) && !reuse(family)) {
        open.add(family);
      }
    }
    withoutGraph(inFamilies, stored);
    NetworkGoals goals = new NetworkGoals(run, models, result, open.size());
    Map<String, NetworkFamily> families = new HashMap<>();
    List<NetworkTask> tasks = new ArrayList<>();
    for (NetworkFamily family : open) {
      NetworkGoals.Goal goal = goals.of(family);
      if (goal.bytes().orElse(1) < 1) {
        refuse(family, "the target leaves no bytes for its weights");
      } else {
        NetworkTask task = task(family, goal);
        tasks.add(task);
        families.put(task.key(), family);
      }
    }
    Map<String, SolvedNetwork> solved = new HashMap<>();
    solve(tasks).forEach(network -> solved.put(network.key(), network));
    for (NetworkTask task : tasks) {
      take(families.get(task.key()), solved.get(task.key()));
    }
  }

  private Optional<String> tooLarge(ModelInput network) {
    long bytes = NetworkTask.weightBytes(network.header());
    long most = run.settings().get(Keys.SECOND_ORDER_MAX_BYTES);
    return bytes <= most
        ? Optional.empty()
        : Optional.of(
            "it has %d bytes of weights, more than second-order.max-bytes=%d"
                .formatted(bytes, most));
  }

  /** Hash of all that a stored network depends on but how many bytes it was given. */
  private String fingerprint(NetworkFamily family) {
    return Digests.sha256(
        List.of(
            "network",
            "code " + UnitPlanner.CODE_VERSION,
            run.settings().fingerprint(),
            family.id(),
            samplesKey(family),
            kept(family).toString()));
  }

  /** Samples that the network takes as probes; null if there are none for it. */
  private InputSamples.Reference samples(NetworkFamily family) {
    return samples.map(given -> given.of(family.network().name())).orElse(null);
  }

  private String samplesKey(NetworkFamily family) {
    InputSamples.Reference reference = samples(family);
    return reference == null ? "" : "samples " + reference.hash();
  }

  /**
   * Tensors of the network that must stay as they are, since one of the models that share its
   * payload has them under a name of {@code keep.names}; in order.
   */
  private Set<String> kept(NetworkFamily family) {
    List<TensorEntry> tensors = family.network().header().tensors();
    Map<String, Integer> positions = NetworkFamily.positions(family.network());
    Set<String> kept = new TreeSet<>();
    for (ModelInput model : family.models()) {
      for (TensorEntry tensor : model.header().tensors()) {
        Integer position = positions.get(CompanionGraph.initializerName(tensor.name()));
        if (position != null && !keep.byName(tensor.name()).isEmpty()) {
          kept.add(tensors.get(position).name());
        }
      }
    }
    return kept;
  }

  private NetworkTask task(NetworkFamily family, NetworkGoals.Goal goal) {
    ModelInput network = family.network();
    Set<String> kept = kept(family);
    String key =
        Digests.sha256(
            List.of(
                "network",
                "code " + UnitPlanner.CODE_VERSION,
                run.settings().solvingFingerprint(),
                family.id(),
                samplesKey(family),
                kept.toString(),
                goal.toString()));
    return new NetworkTask(
        key,
        network.name(),
        network.header(),
        result.keys(network.name()),
        kept,
        samples(family),
        goal.bytes().orElse(NetworkTask.ANY_BYTES),
        goal.neighbours());
  }

  private List<SolvedNetwork> solve(List<NetworkTask> tasks) {
    if (tasks.isEmpty()) {
      return List.of();
    }
    List<NetworkTask> biggestFirst = new ArrayList<>(tasks);
    biggestFirst.sort(Comparator.comparingLong(NetworkTask::bytes).reversed());
    long bytes = tasks.stream().mapToLong(NetworkTask::bytes).sum();
    String name = "compressing networks";
    try (StageProgress stage = new StageProgress(run.spark(), run.progress(), name, bytes);
        TaskLines lines = new TaskLines(run.spark(), run.progress(), name)) {
      LongAccumulator done = stage.done();
      CollectionAccumulator<String> told = lines.lines();
      Broadcast<SerializableConfiguration> conf = run.conf();
      Settings settings = run.settings();
      NetworkMethod method = run.networks();
      NetworkTask.Place place =
          new NetworkTask.Place(run.zoo(), run.solved().toString(), run.probes().toString());
      return run.spark()
          .parallelize(biggestFirst, biggestFirst.size())
          .map(
              task -> {
                SolvedNetwork solved =
                    task.run(conf.value().value(), place, settings, method, told::add);
                done.add(task.bytes());
                return solved;
              })
          .collect();
    }
  }

  private void take(NetworkFamily family, SolvedNetwork solved) {
    if (solved.isRefused()) {
      refuse(family, solved.refusal());
      return;
    }
    String fingerprint = fingerprint(family);
    result.solved().put(fingerprint, new SolvedUnit(solved.key(), "", "", solved.solutions()));
    cover(family.models(), fingerprint, solved.key(), names(solved.members()));
    noteCompanions(family);
    run.progress().message("%s: %s".formatted(family.network().name(), figures(solved)));
  }

  private void noteCompanions(NetworkFamily family) {
    for (ModelInput model : family.models()) {
      if (model != family.network()) {
        result.notes().put(model.name(), sharedWith(family.network().name()));
      }
    }
  }

  private static String figures(SolvedNetwork solved) {
    List<String> points = new ArrayList<>();
    for (SolvedUnit.Solution solution : solved.solutions()) {
      if (!solution.method().equals(MethodId.LOSSLESS.label())) {
        points.add(
            String.format(
                Locale.ROOT,
                "%,d bytes: divergence %.4f nats, %.1f %% of probes the same, %.0f s",
                solution.length(),
                solution.figures().divergence(),
                100 * solution.figures().agreement(),
                solution.seconds()));
      }
    }
    return String.join("; ", points);
  }

  private static List<String> names(List<String> members) {
    return members.stream().map(CompanionGraph::initializerName).toList();
  }

  /** Takes what an earlier run stored for the same network under the same settings. */
  private boolean reuse(NetworkFamily family) {
    String fingerprint = fingerprint(family);
    Optional<List<String>> members = earlier.network(fingerprint);
    Optional<List<StoredPart>> parts =
        members.flatMap(names -> earlier.unit(fingerprint, names.size()));
    if (parts.isEmpty()
        || !NetworkFamily.positions(family.network()).keySet().containsAll(members.get())) {
      return false;
    }
    result.reused().put(fingerprint, parts.get());
    cover(family.models(), fingerprint, "", members.get());
    noteCompanions(family);
    return true;
  }

  /**
   * Makes a network one unit of the plan.
   *
   * @param equal models with its weights; the first one stands for it
   * @param members names of its tensors without a wrapper's prefix, in the order of the payload
   */
  private void cover(
      List<ModelInput> equal, String fingerprint, String solutionKey, List<String> members) {
    ModelInput first = equal.get(0);
    Map<String, Integer> positions = NetworkFamily.positions(first);
    List<PartitionReader.Keys> keys = result.partKeys().get(first.name());
    List<UnitPlan.Member> list = new ArrayList<>();
    Map<String, String> contents = new HashMap<>();
    for (String name : members) {
      Integer position = positions.get(name);
      if (position != null) { // only a stored network may have constants that its weights lack
        list.add(member(first, position, keys.get(position)));
        contents.put(name, keys.get(position).tensor());
      }
    }
    if (sources.put(source(fingerprint, 0), at(fingerprint, 0)) == null) {
      units.add(new UnitPlan(fingerprint, solutionKey, list, ""));
    }
    for (int m = 1; m < members.size(); m++) {
      sources.put(source(fingerprint, m), at(fingerprint, m));
    }
    for (ModelInput model : equal) {
      cover(model, fingerprint, members, contents);
    }
  }

  private static List<UnitPlanner.Source> at(String fingerprint, int member) {
    return List.of(new UnitPlanner.Source(fingerprint, member));
  }

  /** Lets the tensors of a model come from a network's payload. */
  private void cover(
      ModelInput model, String fingerprint, List<String> members, Map<String, String> contents) {
    Map<String, Integer> positions = NetworkFamily.positions(model);
    List<String> keys = result.keys(model.name());
    Map<Integer, String> covered = new HashMap<>();
    for (int m = 0; m < members.size(); m++) {
      Integer position = positions.get(members.get(m));
      if (position != null && keys.get(position).equals(contents.get(members.get(m)))) {
        covered.put(position, source(fingerprint, m));
      }
    }
    result.covered().put(model.name(), covered);
  }

  private static String source(String fingerprint, int member) {
    return "network %s member %d".formatted(fingerprint, member);
  }

  private static UnitPlan.Member member(ModelInput model, int position, PartitionReader.Keys keys) {
    TensorEntry entry = model.header().tensors().get(position);
    return new UnitPlan.Member(
        new TensorRef(
            model.name(), position, model.header().files().get(entry.file()).path(), entry),
        keys.tensor(),
        keys.tensor(), // read in one piece
        0,
        0,
        entry.shape().rows(),
        "");
  }

  private void refuse(NetworkFamily family, String reason) {
    run.progress().message("%s: %s%s".formatted(family.network().name(), NOT_WHOLE, reason));
    for (ModelInput model : family.models()) {
      result.notes().put(model.name(), NOT_WHOLE + reason);
    }
  }

  /**
   * Networks that earlier runs stored and this one refers to, by {@link NetworkFamily#weightsKey}.
   */
  private Map<String, EarlierRuns.StoredModel> storedNetworks() {
    Map<String, EarlierRuns.StoredModel> stored = new HashMap<>();
    for (EarlierRuns.StoredModel model : result.unchanged()) {
      if (network(model).isPresent()) {
        NetworkFamily.weightsKey(model).ifPresent(key -> stored.putIfAbsent(key, model));
      }
    }
    return stored;
  }

  /** Fingerprint of the network that a model was stored as. */
  private static Optional<String> network(EarlierRuns.StoredModel model) {
    return model.tensors().stream()
        .flatMap(tensor -> RunRows.parts(tensor).stream())
        .filter(part -> part.network() != null)
        .map(StoredPart::fingerprint)
        .findFirst();
  }

  /** Lets models share the payload of a stored network of the same weights, if there is one. */
  private boolean share(List<ModelInput> equal, Map<String, EarlierRuns.StoredModel> stored) {
    EarlierRuns.StoredModel network =
        NetworkFamily.weightsKey(equal.get(0), result).map(stored::get).orElse(null);
    if (network == null) {
      return false;
    }
    String fingerprint = network(network).orElse("");
    Optional<List<String>> names = earlier.network(fingerprint);
    Optional<List<StoredPart>> parts =
        names.flatMap(members -> earlier.unit(fingerprint, members.size()));
    if (parts.isEmpty()) {
      return false;
    }
    result.reused().put(fingerprint, parts.get());
    cover(equal, fingerprint, "", names.orElseThrow());
    for (ModelInput model : equal) {
      result.notes().put(model.name(), sharedWith(network.model().string("model")));
    }
    return true;
  }

  private static String sharedWith(String network) {
    return "compressed as the network of " + network;
  }

  /**
   * Models that belong to no network of this run: those that hold the weights of a stored one share
   * its payload, the others have no graph.
   */
  private void withoutGraph(Set<String> inFamilies, Map<String, EarlierRuns.StoredModel> stored) {
    int alone = 0;
    for (ModelInput model : models) {
      if (!model.failed()
          && model.header().format() != ModelFormat.ONNX
          && !inFamilies.contains(model.name())
          && !share(List.of(model), stored)) {
        alone++;
        String reason = NOT_WHOLE + "no graph, and no ONNX model of the run has its weights";
        result.notes().put(model.name(), reason);
      }
    }
    if (alone > 0) {
      run.progress()
          .message(
              "%s%d models have no graph, and no ONNX model of the run has their weights"
                  .formatted(NOT_WHOLE, alone));
    }
  }
}
