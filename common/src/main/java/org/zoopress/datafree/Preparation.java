package org.zoopress.datafree;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.zoopress.autograd.Tensors;
import org.zoopress.autograd.TorchNetwork;
import org.zoopress.network.Network;
import org.zoopress.network.NetworkNode;
import org.zoopress.network.ValueShapes;
import org.zoopress.zoo.ByteSource;
import org.zoopress.zoo.ModelFolder;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.TensorEntry;
import org.zoopress.zoo.TensorReader;

/**
 * Makes probes and sensitivities of a network, or takes them from the cache. Samples of the user go
 * first and are never cached; probes are made only where these are too few.
 */
final class Preparation {
  /** Raised whenever probes or sensitivities of a network and its settings come out otherwise. */
  private static final String VERSION = "2";

  /**
   * Values of the largest size that a pass holds at once: inputs, outputs, branches, both networks.
   */
  private static final int LIVE_VALUES = 8;

  private static final int LARGEST_BATCH = 128;
  private static final int SENSITIVITY_BATCH = 64;
  private static final int FEWEST_SAMPLES = 2;

  private final NetworkView view;
  private final DataFreeSettings settings;
  private final Optional<Samples> samples;
  private final ProbeCache cache;
  private final Progress progress;
  private final NetworkChecks checks;
  private final ValueShapes shapes;
  private final String content;
  private final String identity;
  private final long largestValue;
  private final long allValues;

  Preparation(
      NetworkView view,
      Map<String, byte[]> weights,
      DataFreeSettings settings,
      Optional<Samples> samples,
      ProbeCache cache,
      Progress progress) {
    this.view = view;
    this.settings = settings;
    this.samples = samples.filter(given -> given.fit(view.sample()));
    this.cache = cache;
    this.progress = progress;
    this.checks = new NetworkChecks(view, settings);
    this.content = content(view.network(), weights);
    this.identity = NetworkContent.hash(newDigest(), view.network(), weights);
    this.shapes = ValueShapes.of(view.network(), 1);
    long largest = view.sample().elements();
    long all = largest;
    for (NetworkNode node : view.network().nodes()) {
      long size = shapes.of(node.outputs().get(0)).elements();
      largest = Math.max(largest, size);
      all = Saturating.sum(all, size);
    }
    this.largestValue = Saturating.product(largest, Float.BYTES);
    this.allValues = Saturating.product(all, Float.BYTES);
  }

  /** Bytes of all tensors that a network's nodes read, by name. */
  static Map<String, byte[]> read(ModelFolder folder, ModelHeader header, Network network)
      throws IOException {
    Map<Integer, ByteSource> files = new HashMap<>();
    Map<String, byte[]> weights = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, TensorEntry> weight : network.weights().entrySet()) {
        TensorEntry entry = weight.getValue();
        ByteSource file = files.get(entry.file());
        if (file == null) {
          file = folder.open(header.files().get(entry.file()).path());
          files.put(entry.file(), file);
        }
        weights.put(weight.getKey(), TensorReader.read(file, entry, 0, entry.shape().rows()));
      }
    } finally {
      for (ByteSource file : files.values()) {
        file.close();
      }
    }
    return weights;
  }

  /** Samples of a forward and backward pass that stay in the memory bound. */
  private int batch() {
    return (int) Math.min(LARGEST_BATCH, settings.memoryBytes() / (2 * allValues));
  }

  private int bounded(int wanted) {
    long bound = settings.memoryBytes() / (LIVE_VALUES * largestValue);
    return (int) Math.max(FEWEST_SAMPLES, Math.min(wanted, bound));
  }

  /** Everything; tensors live in the innermost scope of the caller. */
  PreparedNetwork prepare(TorchNetwork original, TorchNetwork compressed, Set<String> keep)
      throws IOException {
    checks.structure(shapes, keep);
    checks.memory(
        "the largest values", Saturating.product(LIVE_VALUES, largestValue), FEWEST_SAMPLES);
    checks.memory("all values and their gradients", Saturating.product(2, allValues), 1);
    ProbeMaker maker = new ProbeMaker(original, view, settings, progress);
    int fitting = bounded(settings.probes());
    int judging = bounded(settings.heldOut());
    Given given = given(fitting, judging);
    float[] probes = filledUp("probes", given.fitting, fitting, seed(1), maker);
    float[] heldOut = filledUp("held-out", given.judging, judging, seed(2), maker);
    checks.finite("probes for it", probes);
    checks.finite("probes for it", heldOut);
    Tensor probeTensor = Tensors.of(probes, view.batchDims(fitting));
    Tensor heldOutTensor = alsoMoved(Tensors.of(heldOut, view.batchDims(judging)));
    int batch = Math.min(batch(), SENSITIVITY_BATCH);
    float[] logits = Judge.logits(original, view, heldOutTensor, batch);
    checks.answers(logits, Math.toIntExact(heldOutTensor.size(0)));
    double[] sensitivities =
        doubles(
            cached(
                "sensitivities" + given.key,
                fitting,
                view.layers().size(),
                () ->
                    floats(
                        Sensitivities.of(original, view, probeTensor, batch, seed(3), progress))));
    checks.sensitivities(sensitivities);
    return new PreparedNetwork(
        view,
        settings,
        original,
        compressed,
        probeTensor,
        heldOutTensor,
        origin(given, fitting + judging, maker),
        logits,
        sensitivities,
        stepFactors(sensitivities),
        settings.uses(Idea.TRANSFORM) ? KernelTransforms.of(view) : Map.of(),
        keep,
        batch);
  }

  /**
   * Samples of the user, as many as there are and are needed.
   *
   * @param key names them in keys of what is made with them; empty without any
   */
  private record Given(float[] fitting, float[] judging, String key) {}

  private Given given(int fitting, int judging) throws IOException {
    if (samples.isEmpty()) {
      return new Given(new float[0], new float[0], "");
    }
    int all = Math.min(samples.get().count(), fitting + judging);
    float[] drawn = samples.get().draw(all, seed(5));
    int fitted = (int) ((long) all * fitting / (fitting + judging));
    int border = fitted * size();
    return new Given(
        Arrays.copyOf(drawn, border),
        Arrays.copyOfRange(drawn, border, drawn.length),
        " with %d of samples %s".formatted(fitted, samples.get().hash()));
  }

  private int size() {
    return Math.toIntExact(view.sample().elements());
  }

  /** So many samples: those given, and made ones after them. */
  private float[] filledUp(String what, float[] given, int count, long seed, ProbeMaker maker) {
    int missing = count - given.length / size();
    if (missing == 0) {
      return given;
    }
    int made = Math.max(2, missing); // a single one has no statistics over samples to match
    float[] probes =
        cached(what, made, Math.multiplyExact(made, size()), () -> maker.make(made, batch(), seed));
    float[] all = Arrays.copyOf(given, count * size());
    System.arraycopy(probes, 0, all, given.length, missing * size());
    return all;
  }

  private String origin(Given given, int count, ProbeMaker maker) {
    String made = maker.matches() ? "synthetic" : "noise";
    int samples = (given.fitting.length + given.judging.length) / size();
    return samples == 0 ? made : samples == count ? "samples" : "samples, " + made;
  }

  /** With a moved copy: neither what suits the probes as they were made nor that alone counts. */
  private Tensor alsoMoved(Tensor samples) {
    return Motion.applies(samples)
        ? torch.cat(new TensorVector(samples, Motion.moved(samples, new Random(seed(4)))), 0)
        : samples;
  }

  /** Sensitivity^(−1/2), of geometric mean one over weights; where it is zero, the largest. */
  private double[] stepFactors(double[] sensitivities) {
    double[] factors = new double[sensitivities.length];
    Arrays.fill(factors, 1);
    double least = Arrays.stream(sensitivities).filter(s -> s > 0).min().orElse(0);
    if (!settings.uses(Idea.LAYER_STEPS) || !(least > 0)) {
      return factors;
    }
    double sum = 0;
    long weights = 0;
    for (int i = 0; i < factors.length; i++) {
      factors[i] = 1 / Math.sqrt(Math.max(least, sensitivities[i]));
      long elements = view.layers().get(i).shape().elements();
      sum += elements * Math.log(factors[i]);
      weights += elements;
    }
    double mean = Math.exp(sum / weights);
    for (int i = 0; i < factors.length; i++) {
      factors[i] /= mean;
    }
    return factors;
  }

  private long seed(int use) {
    String text = sha256("%s %d %d".formatted(content, settings.seed(), use));
    return Long.parseUnsignedLong(text.substring(0, 16), 16);
  }

  /**
   * @param length of the array; what is found in another is no such array
   */
  private float[] cached(String what, int count, int length, Supplier<float[]> make) {
    String key =
        sha256(
            "%s %s %s %d %d %d %d %s"
                .formatted(
                    VERSION,
                    what,
                    identity,
                    count,
                    settings.probeSteps(),
                    batch(),
                    settings.seed(),
                    settings.uses(Idea.MATCHED_PROBES)));
    Optional<byte[]> found =
        cache.get(key).filter(bytes -> bytes.length == (long) length * Float.BYTES);
    if (found.isPresent()) {
      float[] values = new float[length];
      ByteBuffer.wrap(found.get()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    }
    float[] values = make.get();
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    cache.put(key, bytes.array());
    return values;
  }

  /** Hash of nodes and weights, which seeds depend on; names of files do not enter. */
  private static String content(Network network, Map<String, byte[]> weights) {
    MessageDigest digest = newDigest();
    for (NetworkNode node : network.nodes()) {
      String text =
          "%s %s %s %s %s %s\n"
              .formatted(
                  node.operator(),
                  node.inputs(),
                  node.outputs(),
                  new TreeMap<>(node.attributes().integers()),
                  new TreeMap<>(node.attributes().floats()),
                  new TreeMap<>(node.attributes().texts()));
      digest.update(text.getBytes(StandardCharsets.UTF_8));
    }
    weights.forEach(
        (name, bytes) -> {
          digest.update(name.getBytes(StandardCharsets.UTF_8));
          digest.update(bytes);
        });
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String sha256(String text) {
    return HexFormat.of().formatHex(newDigest().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
