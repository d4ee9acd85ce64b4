package org.zoopress.datasets.training;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.zoopress.datasets.glyph.GlyphStyle;
import org.zoopress.datasets.glyph.GlyphTestSet;
import org.zoopress.datasets.glyph.Split;
import org.zoopress.datasets.network.InitialWeights;
import org.zoopress.datasets.network.NamedTensor;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Makes everything that ships in {@code datasets/}: the test set, and the networks trained, written
 * and judged one after another. Progress goes to stderr, the table to stdout.
 */
@Command(
    name = "train-zoo",
    description = {
      "Writes the glyph test set and trains the networks of the zoo on one core.",
      "Files: FOLDER/glyphs/*.gz, FOLDER/zoo/NAME.onnx, and for some networks",
      "FOLDER/zoo/weights/NAME.safetensors."
    })
public final class TrainZoo implements Callable<Integer> {
  private static final String HEADER =
      """
      | network | values | right of %d | of %1$d faded | seconds | sha256 of the ONNX file |
      |---|---|---|---|---|---|"""
          .formatted(GlyphTestSet.IMAGES);

  private static final int STEPS_BETWEEN_LINES = 100;

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      defaultValue = "datasets",
      description = "Folder to write to (default: ${DEFAULT-VALUE}).")
  private Path output;

  @Option(
      names = "--networks",
      paramLabel = "NAME",
      split = ",",
      description = "Train only these and the networks they start from (default: all).")
  private List<String> names = new ArrayList<>();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  @Spec private CommandSpec spec;

  private final Map<String, List<NamedTensor>> trained = new LinkedHashMap<>();

  /** Runs the command; exit status 0, or 2 for wrong usage. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new TrainZoo()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<ZooNetwork> chosen = chosen();
    GlyphTestSet.write(output.resolve("glyphs"));
    out.println(HEADER);
    for (ZooNetwork network : chosen) {
      out.println(tableRow(network));
      out.flush();
    }
    return CommandLine.ExitCode.OK;
  }

  /** The networks asked for and those they start from, in the order of the zoo. */
  private List<ZooNetwork> chosen() {
    List<String> wanted = new ArrayList<>(names);
    for (String name : names) {
      ZooNetwork network =
          ZooNetwork.ALL.stream()
              .filter(candidate -> candidate.name().equals(name))
              .findFirst()
              .orElseThrow(() -> unknown(name));
      network.base().ifPresent(wanted::add);
    }
    return ZooNetwork.ALL.stream()
        .filter(network -> names.isEmpty() || wanted.contains(network.name()))
        .toList();
  }

  private CommandLine.ParameterException unknown(String name) {
    List<String> known = ZooNetwork.ALL.stream().map(ZooNetwork::name).toList();
    return new CommandLine.ParameterException(
        spec.commandLine(),
        "Cannot train '%s': no such network. Choose from %s."
            .formatted(name, String.join(", ", known)));
  }

  private String tableRow(ZooNetwork network) throws IOException {
    long start = System.nanoTime();
    List<NamedTensor> weights = train(network);
    double seconds = (System.nanoTime() - start) / 1e9;
    for (ZooNetwork.Format format : network.formats()) {
      Path file = output.resolve("zoo").resolve(network.file(format));
      Files.createDirectories(file.getParent());
      Files.write(file, network.encode(format, weights));
    }
    return String.format(
        Locale.ROOT,
        "| %s | %,d | %d | %d | %.0f | `%s` |",
        network.name(),
        network.network().values(),
        correct(network, weights, GlyphStyle.STANDARD),
        correct(network, weights, GlyphStyle.FADED),
        seconds,
        sha256(network.encode(ZooNetwork.Format.ONNX, weights)));
  }

  private List<NamedTensor> train(ZooNetwork network) {
    List<NamedTensor> start =
        network
            .base()
            .map(trained::get)
            .orElseGet(() -> InitialWeights.of(network.network(), network.plan().seed()));
    ProgressLines lines =
        new ProgressLines(network.name(), network.plan().steps(), spec.commandLine().getErr());
    List<NamedTensor> weights = Trainer.train(network.network(), start, network.plan(), lines);
    trained.put(network.name(), weights);
    return weights;
  }

  private static int correct(ZooNetwork network, List<NamedTensor> weights, GlyphStyle style) {
    return Trainer.countCorrect(
        network.network(), weights, GlyphTestSet.generator(style), Split.TEST, GlyphTestSet.IMAGES);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** One line every hundred steps, with the mean loss since the last one. */
  private static final class ProgressLines implements Trainer.Observer {
    private final String name;
    private final int steps;
    private final PrintWriter out;
    private double sum;
    private int count;

    ProgressLines(String name, int steps, PrintWriter out) {
      this.name = name;
      this.steps = steps;
      this.out = out;
    }

    @Override
    public void stepped(int step, double loss) {
      sum += loss;
      count++;
      if (step % STEPS_BETWEEN_LINES == 0 || step == steps) {
        out.printf(
            Locale.ROOT, "%s: step %d of %d, mean loss %.4f%n", name, step, steps, sum / count);
        out.flush();
        sum = 0;
        count = 0;
      }
    }
  }
}
