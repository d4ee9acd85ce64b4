package org.zoopress.datafree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.zoopress.autograd.TorchNetwork;
import org.zoopress.datafree.NetworkCandidate.LayerRow;
import org.zoopress.error.BadModelException;
import org.zoopress.method.secondorder.AdditiveSettings;
import org.zoopress.method.secondorder.ExactMember;
import org.zoopress.method.secondorder.SideParameters;
import org.zoopress.method.secondorder.StoredMember;
import org.zoopress.metric.ErrorMeter;
import org.zoopress.network.Network;
import org.zoopress.network.NetworkLayer;
import org.zoopress.network.NetworkLayers;
import org.zoopress.network.NetworkReader;
import org.zoopress.network.Normalization;
import org.zoopress.zoo.ModelFolder;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.ReaderLimits;
import org.zoopress.zoo.TensorEntry;
import org.zoopress.zoo.TensorKey;

/**
 * Compresses one network without data; the package description has the recipe.
 *
 * <p>Holds native memory until it is closed; one thread at a time. Equal networks, settings and
 * goals give equal bytes on one type of processor.
 */
public final class NetworkSolver implements AutoCloseable {
  /** Where the search for a divergence begins, in bits a weight. */
  private static final double FIRST_BITS = 2;

  /** Part of the divergence that is allowed, with which the search for it is content. */
  private static final double CLOSE = 0.8;

  /** More divergence than allowed tells no better how far the step is off. */
  private static final double MOST_EXCESS = 1e3;

  /** Octaves of the step between two passes of the search for a divergence. */
  private static final double MOST_MOVE = 3;

  private static final double MIDDLE = (1 + CLOSE) / 2;

  /** A quarter of a bit a weight, as a step. */
  private static final double NEIGHBOUR = 0.25;

  /** Of the bytes that are wanted, what training side parameters may need more than their fit. */
  private static final double SIDE_RESERVE = 0.001;

  private final PreparedNetwork prepared;
  private final Map<String, byte[]> originals;
  private final Map<String, StoredMember> exact;
  private final Progress progress;
  private final Judge judge;
  private final Optional<AdditiveSettings> codewords;

  private NetworkSolver(
      PreparedNetwork prepared, Map<String, byte[]> originals, Progress progress) {
    this.prepared = prepared;
    this.originals = originals;
    this.progress = progress;
    this.judge = new Judge(prepared);
    this.codewords = AdditivePasses.codewords(prepared);
    this.exact = exact();
  }

  /**
   * Reads graph and weights, makes probes and sensitivities: the part that all operating points
   * share.
   *
   * @param header of the ONNX model that has the graph
   * @param keep tensors that must stay exact
   * @param samples taken as probes, as many as are needed; empty, or not of the network's input
   *     shape: probes are made
   * @throws org.zoopress.error.UserInputException if the network cannot be executed here; the
   *     message says why
   */
  public static NetworkSolver open(
      ModelFolder folder,
      ModelHeader header,
      Set<String> keep,
      DataFreeSettings settings,
      Optional<Samples> samples,
      ProbeCache cache,
      Progress progress)
      throws IOException {
    Network network = NetworkReader.read(folder, header, ReaderLimits.DEFAULT);
    Map<String, byte[]> bytes = Preparation.read(folder, header, network);
    Map<String, float[]> weights = new LinkedHashMap<>();
    network
        .weights()
        .forEach((name, entry) -> weights.put(name, entry.dtype().toFloats(bytes.get(name))));
    NetworkView view = NetworkView.of(network, NetworkLayers.of(network), weights);
    Preparation preparation = new Preparation(view, bytes, settings, samples, cache, progress);
    List<TorchNetwork> opened = new ArrayList<>();
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork original = TorchNetwork.of(network, weights);
      opened.add(original);
      TorchNetwork compressed = TorchNetwork.of(network, weights);
      opened.add(compressed);
      PreparedNetwork prepared = preparation.prepare(original, compressed, Set.copyOf(keep));
      NetworkSolver solver = new NetworkSolver(prepared, bytes, progress);
      prepared.probes().retainReference();
      prepared.heldOut().retainReference();
      return solver;
    } catch (IOException | RuntimeException | Error e) {
      opened.forEach(TorchNetwork::close);
      throw e;
    }
  }

  private Map<String, StoredMember> exact() {
    Map<String, StoredMember> members = new LinkedHashMap<>();
    originals.forEach(
        (name, bytes) -> {
          TensorEntry entry = network().weights().get(name);
          members.put(name, ExactMember.of(bytes, entry.dtype(), entry.shape()));
        });
    return members;
  }

  private Network network() {
    return prepared.view().network();
  }

  /** Names of the tensors that the payloads hold. */
  public List<String> members() {
    return List.copyOf(originals.keySet());
  }

  /**
   * Finds the network of the wanted size, and its neighbours; where none is as small, the smallest
   * that was tried takes its place.
   *
   * @param goal with a size; without one, {@link #within} takes a divergence
   */
  public NetworkSolution solve(NetworkGoal goal) {
    double start = CpuTime.seconds();
    Map<Double, SequentialPass.Result> results = new HashMap<>();
    long bound = goal.payloadBytes().orElseThrow();
    Passes passes = passes(firstLogStep(bound));
    long aim = Math.max(1, (long) (bound * (1 - SIDE_RESERVE)));
    StepSearch.Found found =
        StepSearch.search(
            logStep -> {
              SequentialPass.Result result = passes.run(logStep);
              results.put(logStep, result);
              progress.step("pass", results.size(), prepared.settings().passes());
              return result.stored().payload(network(), "").length;
            },
            passes.range(),
            passes.first(),
            aim,
            prepared.settings().passes());
    double logStep =
        found.bytes() >= 0
            ? found.logStep()
            : results.keySet().stream().max(Comparator.naturalOrder()).orElseThrow();
    List<NetworkCandidate> candidates = new ArrayList<>();
    NetworkCandidate wanted = candidate(passes, results.get(logStep), logStep, bound, start);
    checkFinite(wanted);
    candidates.add(wanted);
    for (int n = 1; n <= goal.neighbours(); n++) {
      for (double neighbour : new double[] {logStep + NEIGHBOUR * n, logStep - NEIGHBOUR * n}) {
        if (passes.range().contains(neighbour)) {
          finiteAt(passes, neighbour).ifPresent(candidates::add);
        }
      }
    }
    candidates.sort(Comparator.comparingInt(candidate -> candidate.payload().length));
    return new NetworkSolution(members(), candidates);
  }

  /**
   * Finds the smallest network whose answers stay within a divergence, or the one of least
   * divergence among those tried. Divergence grows about with the square of the step, so a few
   * passes are enough; the last ones halve what is left between them.
   *
   * @param bound of the mean divergence on held-out probes, in nats a sample
   */
  public NetworkSolution within(double bound) {
    Map<Double, Optional<NetworkCandidate>> tried = new TreeMap<>();
    Passes passes = passes(firstLogStep(Math.round(FIRST_BITS * weights() / Byte.SIZE)));
    double logStep = passes.first();
    while (tried.size() < prepared.settings().passes() && !tried.containsKey(logStep)) {
      Optional<NetworkCandidate> candidate = finiteAt(passes, logStep);
      tried.put(logStep, candidate);
      progress.step("pass", tried.size(), prepared.settings().passes());
      double excess = Math.min(MOST_EXCESS, divergence(candidate) / bound);
      if (excess <= 1 && excess > CLOSE) {
        break;
      }
      double octaves = Math.log(Math.max(excess / MIDDLE, 1 / MOST_EXCESS)) / Math.log(4);
      double next = logStep - Math.max(-MOST_MOVE, Math.min(MOST_MOVE, octaves));
      double within = edge(tried, bound, true);
      double beyond = edge(tried, bound, false);
      logStep = passes.range().clamp(next > within && next < beyond ? next : (within + beyond) / 2);
    }
    double chosen = edge(tried, bound, true);
    NetworkCandidate best =
        Double.isFinite(chosen)
            ? tried.get(chosen).orElseThrow()
            : tried.values().stream()
                .flatMap(Optional::stream)
                .min(Comparator.comparingDouble(NetworkCandidate::divergence))
                .orElseThrow(this::notFinite);
    return new NetworkSolution(members(), List.of(best));
  }

  /** The largest step within the bound, −∞ without one; or the smallest beyond it, ∞ without. */
  private static double edge(
      Map<Double, Optional<NetworkCandidate>> tried, double bound, boolean within) {
    double found = within ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    for (Map.Entry<Double, Optional<NetworkCandidate>> entry : tried.entrySet()) {
      if (within == divergence(entry.getValue()) <= bound) {
        found = within ? Math.max(found, entry.getKey()) : Math.min(found, entry.getKey());
      }
    }
    return found;
  }

  /** ∞ where answers were not finite. */
  private static double divergence(Optional<NetworkCandidate> candidate) {
    return candidate.map(NetworkCandidate::divergence).orElse(Double.POSITIVE_INFINITY);
  }

  /** The network of one step, if its answers are finite. */
  private Optional<NetworkCandidate> finiteAt(Passes passes, double logStep) {
    try {
      return Optional.of(at(passes, logStep)).filter(c -> Double.isFinite(c.divergence()));
    } catch (BadModelException e) {
      return Optional.empty(); // values overflow at this step; another may do
    }
  }

  private void checkFinite(NetworkCandidate candidate) {
    if (!Double.isFinite(candidate.divergence())) {
      throw notFinite();
    }
  }

  private BadModelException notFinite() {
    return new BadModelException(
        network().path(),
        "its answers are not finite once it is compressed",
        "Leave it to the methods that look at tensors alone");
  }

  private long weights() {
    return prepared.view().layers().stream().mapToLong(layer -> layer.shape().elements()).sum();
  }

  /** Passes that one search makes; codebooks, where there are any, are trained for its first. */
  private Passes passes(double first) {
    return codewords.isPresent()
        ? new AdditivePasses(prepared, exact, codewords.get(), first, progress)
        : new ScalarPasses(prepared, exact, first, progress);
  }

  /** The network of one step. */
  NetworkCandidate at(double logStep) {
    return at(passes(logStep), logStep);
  }

  private NetworkCandidate at(Passes passes, double logStep) {
    double start = CpuTime.seconds();
    return candidate(passes, passes.run(logStep), logStep, Long.MAX_VALUE, start);
  }

  /** A guess from the variance of weights: rate R leaves them an error of 2^(−2R). */
  private double firstLogStep(long bound) {
    double sum = 0;
    long count = 0;
    List<NetworkLayer> layers = prepared.view().layers();
    for (int i = 0; i < layers.size(); i++) {
      float[] weight = prepared.view().weights().get(layers.get(i).weight());
      double square = 0;
      for (float w : weight) {
        square += (double) w * w;
      }
      double deviation = Math.sqrt(square / weight.length) / prepared.stepFactors()[i];
      if (deviation > 0) {
        sum += weight.length * Math.log(deviation) / Math.log(2);
        count += weight.length;
      }
    }
    double rate = Math.max(0.1, Byte.SIZE * (double) bound / Math.max(1, count));
    if (codewords.isPresent()) {
      rate = Math.min(rate, codewords.get().shape().mostBits());
    }
    // Points of a trellis are half a step of a plain quantizer apart, 2σ√3 · 2^(−R).
    return sum / Math.max(1, count) - rate + 0.8;
  }

  private NetworkCandidate candidate(
      Passes passes, SequentialPass.Result result, double logStep, long bound, double start) {
    String point = passes.operatingPoint(logStep);
    StringBuilder normalization = new StringBuilder(normalization());
    StoredNetwork corrected = result.stored();
    StoredNetwork uncorrected = corrected.with(uncorrected());
    long most = Math.max(bound, corrected.payload(network(), point).length);
    boolean choice = uncorrected.payload(network(), point).length <= most;
    Guard guard = new Guard(judge::of, choice ? uncorrected : corrected);
    if (!choice || guard.offer(corrected)) {
      normalization.append(" corrected");
    }
    if (prepared.settings().uses(Idea.DISTILLATION)
        && prepared.settings().distillationSteps() > 0) {
      StoredNetwork trained = new Distillation(prepared, progress).train(guard.best());
      if (trained.payload(network(), point).length <= bound && guard.offer(trained)) {
        normalization.append(" distilled");
      }
    }
    StoredNetwork best = guard.best();
    byte[] payload = best.payload(network(), point);
    return measured(point, payload, normalization.toString(), result.rows(), start);
  }

  /** What is stored of batch norms, in a word. */
  private String normalization() {
    return prepared.view().normalizations().stream().allMatch(prepared::keeps)
        ? "none"
        : prepared.settings().normalization().name().toLowerCase(Locale.ROOT);
  }

  /** Batch norms and biases of the original, as they would be stored without any fit. */
  private Map<String, StoredMember> uncorrected() {
    NetworkView view = prepared.view();
    Map<String, StoredMember> members = new LinkedHashMap<>();
    for (Normalization normalization : view.normalizations()) {
      if (prepared.keeps(normalization)) {
        continue;
      }
      members.putAll(
          new StoredNormalization(view, normalization, prepared.settings()).uncorrected());
    }
    for (NetworkLayer layer : view.layers()) {
      layer
          .bias()
          .filter(bias -> !prepared.keep().contains(bias))
          .ifPresent(
              bias ->
                  members.put(
                      bias,
                      SideParameters.of(view.weights().get(bias), prepared.settings().sideBits())));
    }
    return members;
  }

  /** Decodes the payload and measures what is restored from it. */
  private NetworkCandidate measured(
      String point, byte[] payload, String normalization, List<LayerRow> rows, double start) {
    List<byte[]> restored = StoredNetwork.restoredBytes(payload);
    List<String> names = members();
    double[] errors = new double[names.size()];
    double[] norms = new double[names.size()];
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < errors.length; i++) {
      String name = names.get(i);
      TensorEntry entry = network().weights().get(name);
      if (entry.dtype().compressible()) {
        ErrorMeter meter = new ErrorMeter();
        meter.add(entry.dtype(), originals.get(name), restored.get(i));
        errors[i] = meter.squaredError();
        norms[i] = meter.squaredNorm();
      }
      keys.add(TensorKey.of(entry.dtype(), entry.shape(), restored.get(i)));
      prepared.compressed().set(name, entry.dtype().toFloats(restored.get(i)));
    }
    Answers answers = judge.ofCompressed();
    return new NetworkCandidate(
        point,
        payload,
        errors,
        norms,
        keys,
        answers.divergence(),
        answers.agreement(),
        normalization,
        prepared.probeOrigin(),
        CpuTime.seconds() - start,
        rows);
  }

  @Override
  public void close() {
    prepared.original().close();
    prepared.compressed().close();
    prepared.probes().releaseReference();
    prepared.heldOut().releaseReference();
  }
}
