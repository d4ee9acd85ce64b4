package org.zoopress.datafree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.zoopress.autograd.Tensors;
import org.zoopress.autograd.TorchNetwork;
import org.zoopress.coding.Trellis;
import org.zoopress.config.SettingType;
import org.zoopress.method.secondorder.AdditiveSettings;
import org.zoopress.method.secondorder.BlockKind;
import org.zoopress.metric.Logits;
import org.zoopress.network.Network;
import org.zoopress.network.NetworkLayers;
import org.zoopress.network.NetworkReader;
import org.zoopress.zoo.LocalModelFolder;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.ModelReaders;
import org.zoopress.zoo.ReaderLimits;

/**
 * Compresses one network without data and judges it by real images, which nothing is fitted to.
 *
 * <pre>
 *   DataFreeExperiment MODEL.onnx RATIO,RATIO… [key=value]…
 *   DataFreeExperiment MODEL.onnx @STEP,STEP… VARIANT;VARIANT… images=FILE [key=value]…
 *
 *   images=FILE      CIFAR-10 binary records; answers are counted on them
 *   extra=BYTES      what is stored beside the payload: names, graph, headers
 *   seeds=0,1,2      of the probes
 *   cache=DIR        keeps probes between runs
 *   without=IDEA,…   ideas that are left out; only=IDEA,… ideas that are kept
 *   probes heldout steps lambda damping trellis correction sidebits distill rate temperature passes
 *   kept=true        batch norms are kept
 *   codebooks=MxKxd  sums of codewords instead of points
 * </pre>
 *
 * With {@code @} each variant, {@code key=value|key=value…} or nothing, is one pass at each log₂ of
 * the step, with divergences adjusted to {@code reference=BYTES}.
 *
 * Prints a line a seed and ratio: bytes, ratio, divergence and agreement on held-out probes,
 * divergence, agreement and right answers on the images, CPU seconds.
 */
public final class DataFreeExperiment {
  private static final int CIFAR_PIXELS = 3072;
  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

  private final Map<String, String> options = new HashMap<>();

  private DataFreeExperiment(List<String> arguments) {
    for (String argument : arguments) {
      String[] parts = argument.split("=", 2);
      options.put(parts[0], parts[1]);
    }
  }

  public static void main(String[] args) throws IOException {
    Path model = Path.of(args[0]);
    if (args[1].startsWith("@")) {
      for (String variant : args[2].split(";")) {
        List<String> all = new ArrayList<>(List.of(args).subList(3, args.length));
        for (String option : variant.split("\\|")) {
          if (!option.isEmpty()) {
            all.add(option);
          }
        }
        new DataFreeExperiment(all).variant(model, args[1].substring(1), variant);
      }
      return;
    }
    new DataFreeExperiment(List.of(args).subList(2, args.length)).run(model, args[1]);
  }

  private String option(String name, Object absent) {
    return options.getOrDefault(name, absent.toString());
  }

  private DataFreeSettings settings(long seed) {
    DataFreeSettings d = DataFreeSettings.DEFAULT;
    Set<Idea> ideas = EnumSet.allOf(Idea.class);
    if (options.containsKey("only")) {
      ideas.clear();
      addIdeas(ideas, options.get("only"));
    }
    if (options.containsKey("without")) {
      Set<Idea> gone = EnumSet.noneOf(Idea.class);
      addIdeas(gone, options.get("without"));
      ideas.removeAll(gone);
    }
    return new DataFreeSettings(
        Integer.parseInt(option("probes", d.probes())),
        Integer.parseInt(option("heldout", d.heldOut())),
        Integer.parseInt(option("steps", d.probeSteps())),
        d.memoryBytes(),
        Boolean.parseBoolean(option("kept", false))
            ? DataFreeSettings.Normalizations.KEPT
            : DataFreeSettings.Normalizations.FOLDED,
        Double.parseDouble(option("lambda", d.rateWeight())),
        Double.parseDouble(option("damping", d.damping())),
        Trellis.valueOf(option("trellis", d.trellis())),
        Optional.ofNullable(options.get("codebooks"))
            .map(SettingType.codeShape()::parse)
            .map(shape -> AdditiveSettings.of(shape, BlockKind.of(shape.dimension()))),
        Double.parseDouble(option("correction", d.correction())),
        Integer.parseInt(option("sidebits", d.sideBits())),
        Integer.parseInt(option("distill", d.distillationSteps())),
        Double.parseDouble(option("rate", d.distillationRate())),
        Double.parseDouble(option("temperature", d.temperature())),
        Integer.parseInt(option("passes", d.passes())),
        seed,
        ideas);
  }

  private static void addIdeas(Set<Idea> ideas, String names) {
    for (String name : names.split(",")) {
      if (!name.isEmpty()) {
        ideas.add(Idea.valueOf(name));
      }
    }
  }

  private void run(Path model, String ratios) throws IOException {
    LocalModelFolder folder = new LocalModelFolder(model.toAbsolutePath().getParent());
    ModelHeader header =
        ModelReaders.readHeader(folder, model.getFileName().toString(), ReaderLimits.DEFAULT);
    long original =
        Long.parseLong(option("original", Files.size(model)));
    long extra = Long.parseLong(option("extra", 0));
    Optional<Images> images =
        options.containsKey("images")
            ? Optional.of(Images.read(Path.of(options.get("images"))))
            : Optional.empty();
    for (String seed : option("seeds", "0").split(",")) {
      long start = System.nanoTime();
      try (NetworkSolver solver =
          NetworkSolver.open(
              folder,
              header,
              Set.of(),
              settings(Long.parseLong(seed)),
              Optional.empty(),
              cache(),
              progress())) {
        System.err.printf("opened in %.1f s%n", (System.nanoTime() - start) * 1e-9);
        for (String ratio : ratios.split(",")) {
          start = System.nanoTime();
          long bytes = (long) (original / Double.parseDouble(ratio)) - extra;
          NetworkSolution solution =
              solver.solve(new NetworkGoal(OptionalLong.of(bytes), 0));
          NetworkCandidate candidate = solution.candidates().get(0);
          long stored = candidate.payload().length + extra;
          System.out.printf(
              Locale.ROOT,
              "seed %s bytes %d ratio %.2f (%s) probes: KL %.5f agree %.2f%%%s; %.0f s CPU, %.0f s%n",
              seed,
              stored,
              (double) original / stored,
              candidate.normalization(),
              candidate.divergence(),
              100 * candidate.agreement(),
              images.isPresent() ? judged(folder, header, solution, images.get(), new double[4]) : "",
              candidate.seconds(),
              (System.nanoTime() - start) * 1e-9);
          if (options.containsKey("rows")) {
            candidate.layers().forEach(row -> System.out.println("  " + row));
          }
        }
      }
    }
  }

  private void variant(Path model, String steps, String name) throws IOException {
    LocalModelFolder folder = new LocalModelFolder(model.toAbsolutePath().getParent());
    ModelHeader header =
        ModelReaders.readHeader(folder, model.getFileName().toString(), ReaderLimits.DEFAULT);
    Images images = Images.read(Path.of(options.get("images")));
    for (String seed : option("seeds", "0").split(",")) {
      try (NetworkSolver solver =
          NetworkSolver.open(
              folder,
              header,
              Set.of(),
              settings(Long.parseLong(seed)),
              Optional.empty(),
              cache(),
              progress())) {
        for (String step : steps.split(",")) {
          NetworkCandidate candidate = solver.at(Double.parseDouble(step));
          NetworkSolution solution = new NetworkSolution(solver.members(), List.of(candidate));
          double[] real = new double[4];
          String judged = judged(folder, header, solution, images, real);
          double reference = Double.parseDouble(option("reference", 50000));
          double factor = Math.pow(candidate.payload().length / reference, 2.55);
          System.out.printf(
              Locale.ROOT,
              "%-40s seed %s step %s bytes %d | adjusted KL probes %.4f images %.4f | KL %.4f %s | %.1f s%n",
              name,
              seed,
              step,
              candidate.payload().length,
              candidate.divergence() * factor,
              real[0] * factor,
              candidate.divergence(),
              judged,
              candidate.seconds());
        }
      }
    }
  }

  private static String judged(
      LocalModelFolder folder, ModelHeader header, NetworkSolution solution, Images images, double[] figures)
      throws IOException {
    Network network = NetworkReader.read(folder, header, ReaderLimits.DEFAULT);
    Map<String, float[]> before = new LinkedHashMap<>();
    Map<String, float[]> after = new LinkedHashMap<>();
    Map<String, byte[]> bytes = Preparation.read(folder, header, network);
    List<byte[]> restored =
        StoredNetwork.restoredBytes(solution.candidates().get(0).payload());
    network
        .weights()
        .forEach(
            (name, entry) -> {
              before.put(name, entry.dtype().toFloats(bytes.get(name)));
              int index = solution.members().indexOf(name);
              after.put(name, entry.dtype().toFloats(restored.get(index)));
            });
    NetworkView view = NetworkView.of(network, NetworkLayers.of(network), before);
    float[] one = logits(view, before, images);
    float[] two = logits(view, after, images);
    int classes = one.length / images.labels.length;
    Answers answers = Answers.compare(one, two, classes);
    int right = 0;
    for (int i = 0; i < images.labels.length; i++) {
      right += Logits.top(two, i * classes, classes) == images.labels[i] ? 1 : 0;
    }
    figures[0] = answers.divergence();
    return String.format(
        Locale.ROOT,
        "; images: KL %.5f agree %.2f%% right %d of %d",
        answers.divergence(),
        100 * answers.agreement(),
        right,
        images.labels.length);
  }

  private static float[] logits(NetworkView view, Map<String, float[]> weights, Images images) {
    try (TorchNetwork network = TorchNetwork.of(view.network(), weights);
        PointerScope scope = new PointerScope()) {
      return Judge.logits(
          network,
          view,
          Tensors.of(images.values, view.batchDims(images.labels.length)),
          128);
    }
  }

  private ProbeCache cache() {
    if (!options.containsKey("cache")) {
      return ProbeCache.NONE;
    }
    Path folder = Path.of(options.get("cache"));
    return new ProbeCache() {
      @Override
      public Optional<byte[]> get(String key) {
        try {
          Path file = folder.resolve(key);
          return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        } catch (IOException e) {
          return Optional.empty();
        }
      }

      @Override
      public void put(String key, byte[] bytes) {
        try {
          Files.createDirectories(folder);
          Files.write(folder.resolve(key), bytes);
        } catch (IOException e) {
          System.err.println("not cached: " + e);
        }
      }
    };
  }

  private Progress progress() {
    if (!options.containsKey("verbose")) {
      return Progress.NONE;
    }
    return new Progress() {
      private final List<Double> seconds = new ArrayList<>();

      @Override
      public void layer(String weight, int index, int count, double elapsed) {
        seconds.add(elapsed);
        if (index == count - 1) {
          System.err.printf(
              "layers %.1f s%n", seconds.stream().mapToDouble(Double::doubleValue).sum());
          seconds.clear();
        }
      }

      @Override
      public void step(String what, int done, int of) {
        if (done % 50 == 0 || what.equals("pass")) {
          System.err.printf("%s %d of %d%n", what, done, of);
        }
      }
    };
  }

  /** CIFAR-10 test images, normalized as the networks of the data pack were trained. */
  private record Images(float[] values, int[] labels) {
    static Images read(Path file) throws IOException {
      byte[] bytes = Files.readAllBytes(file);
      int count = bytes.length / (CIFAR_PIXELS + 1);
      float[] values = new float[count * CIFAR_PIXELS];
      int[] labels = new int[count];
      for (int i = 0; i < count; i++) {
        int from = i * (CIFAR_PIXELS + 1);
        labels[i] = bytes[from];
        for (int k = 0; k < CIFAR_PIXELS; k++) {
          int channel = k / (CIFAR_PIXELS / 3);
          values[i * CIFAR_PIXELS + k] =
              ((bytes[from + 1 + k] & 255) / 255f - MEAN[channel]) / DEVIATION[channel];
        }
      }
      return new Images(values, labels);
    }
  }
}
