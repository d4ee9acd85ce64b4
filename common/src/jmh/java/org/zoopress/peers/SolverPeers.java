package org.zoopress.peers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.method.FactorType;
import org.zoopress.method.Factors;
import org.zoopress.method.TestWeights;
import org.zoopress.method.additive.AdditiveMethod;
import org.zoopress.method.additive.AdditiveParams;
import org.zoopress.method.additive.ScaleScope;
import org.zoopress.method.dictionarypair.DictionaryPair;
import org.zoopress.method.dictionarypair.DictionaryPairParams;
import org.zoopress.method.dictionarypair.LearningParams;
import org.zoopress.method.dictionarypair.PerLayerKind;
import org.zoopress.method.lowranksparse.Budget;
import org.zoopress.method.lowranksparse.Decomposition;
import org.zoopress.method.lowranksparse.LowRankSparseSolver;
import org.zoopress.method.lowranksparse.Threshold;
import org.zoopress.method.scalar.OperatingPoint;
import org.zoopress.method.scalar.ScalarFactors;
import org.zoopress.method.scalar.ScalarMethod;
import org.zoopress.method.scalar.ScalarParams;
import org.zoopress.method.tensortrain.TensorTrainFactors;
import org.zoopress.method.tensortrain.TensorTrainMethod;
import org.zoopress.method.tensortrain.TensorTrainParams;
import org.zoopress.method.tucker.ConvolutionFormat;
import org.zoopress.method.tucker.TuckerFactors;
import org.zoopress.method.tucker.TuckerMethod;
import org.zoopress.method.tucker.TuckerParams;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.ModeOrder;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/**
 * The solvers beside what one would use from Python, in one run: turns of ours and of the peer
 * alternate, so that both see the same machine; medians of CPU time, both on one thread. Errors are
 * ‖W − Ŵ‖²/‖W‖².
 *
 * <p>Ours do more than the peers: ranks are searched for (the peers get the ones found) and factors
 * are encoded. Without python3 and numpy the peer's columns stay empty.
 *
 * <pre>  mvn -Pjmh -pl common test-compile exec:exec -Djmh.main=org.zoopress.peers.SolverPeers -Djmh.args= </pre>
 */
public final class SolverPeers {
  private static final int TURNS = 9;
  private static final Duration WARM_UP = Duration.ofSeconds(3);
  private static final double STEP = 0.0155;
  private static final LinearAlgebra ALGEBRA = LinearAlgebra.get();

  private final Optional<PeerProcess> peer;

  private SolverPeers(Optional<PeerProcess> peer) {
    this.peer = peer;
  }

  /** Prints the table; the folder of the data pack is the system property zoopress.test.data. */
  public static void main(String[] arguments) throws IOException {
    Optional<PeerProcess> process = PeerProcess.start();
    try {
      new SolverPeers(process).run();
    } finally {
      if (process.isPresent()) {
        process.get().close();
      }
    }
  }

  private void run() {
    List<WeightPartition> network = network();
    System.out.printf(
        "peer: %s%n%-18s %-30s %9s %9s %6s %10s %10s  %s%n",
        peer.map(PeerProcess::name).orElse("none, there is no python3 with numpy"),
        "solver",
        "case",
        "our ms",
        "peer ms",
        "ratio",
        "our error",
        "peer error",
        "note");
    dictionaryPair();
    tucker(network);
    tensorTrain(network);
    lowRankSparse(64, 576, 60);
    lowRankSparse(768, 768, 20);
    additive();
    scalar(network);
  }

  /** The 18 convolutions of ResNet-20 behind the first, or Gaussians of their shapes. */
  private static List<WeightPartition> network() {
    Path data = Path.of(System.getProperty("zoopress.test.data", "none"), "cifar10_resnet");
    if (Files.exists(data.resolve("resnet20.safetensors"))) {
      return TestWeights.network("cifar10_resnet/resnet20").stream()
          .filter(w -> w.shape().rank() == 4 && w.shape().dim(1) > 3)
          .toList();
    }
    List<WeightPartition> weights = new ArrayList<>();
    int[][] channels = {{16, 16, 6}, {32, 16, 1}, {32, 32, 5}, {64, 32, 1}, {64, 64, 5}};
    for (int[] layers : channels) {
      for (int i = 0; i < layers[2]; i++) {
        weights.add(gaussian(weights.size(), layers[0], layers[1], 3, 3));
      }
    }
    return weights;
  }

  private static WeightPartition gaussian(long seed, long... dims) {
    Random random = new Random(seed);
    Shape shape = Shape.of(dims);
    float[] values = new float[(int) shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.1 * random.nextGaussian());
    }
    return new WeightPartition("g" + seed, 0, DType.F32, shape, DType.F32.fromFloats(values));
  }

  private void dictionaryPair() {
    WeightPartition block = gaussian(1, 128, 288); // (O, I): the block is I×O
    int words = 100;
    DictionaryPairParams params =
        new DictionaryPairParams(
            new PerLayerKind(288, 288, 288),
            List.of(
                new org.zoopress.method.dictionarypair.OperatingPoint.Words(
                    new PerLayerKind(words, words, words))),
            List.of(FactorType.F32),
            LearningParams.DEFAULT,
            1);
    load(List.of(matrix(block.values(), 128, 288)));
    compare(
        "dictionary pair",
        "288x128, 100 words",
        () -> new DictionaryPair().solve(block, params, 1),
        factors -> errorOf(List.of(block), factors),
        request("thin_svd").put("rank", words));
  }

  private void tucker(List<WeightPartition> network) {
    TuckerParams params =
        TuckerParams.DEFAULT
            .withFormat(ConvolutionFormat.TUCKER_2)
            .withFactorTypes(FactorType.F32)
            .withOperatingPoints(new org.zoopress.method.tucker.OperatingPoint.Ratio(3));
    Supplier<List<TuckerFactors>> ours =
        () -> network.stream().map(w -> new TuckerMethod().solve(w, params, 1).get(0)).toList();
    load(network.stream().map(SolverPeers::chain).toList());
    ObjectNode request = request("tucker2");
    for (TuckerFactors factors : ours.get()) {
      chain(request, factors.cores().modes(), factors.cores().ranks());
    }
    compare("Tucker-2", "18 convolutions, 3x", ours, f -> errorOf(network, f), request);
  }

  private void tensorTrain(List<WeightPartition> network) {
    TensorTrainParams params =
        TensorTrainParams.DEFAULT
            .withFactorTypes(FactorType.F32)
            .withOperatingPoints(new org.zoopress.method.tensortrain.OperatingPoint.Ratio(3));
    TensorTrainMethod method = new TensorTrainMethod();
    Supplier<List<TensorTrainFactors>> ours =
        () -> network.stream().map(w -> method.solve(w, params, 1).get(0)).toList();
    load(network.stream().map(SolverPeers::chain).toList());
    ObjectNode request = request("tensor_train");
    for (TensorTrainFactors factors : ours.get()) {
      chain(request, factors.cores().modes(), factors.cores().ranks());
    }
    compare("tensor train", "18 convolutions, 3x", ours, f -> errorOf(network, f), request);
  }

  private void lowRankSparse(int rows, int columns, int peerTurns) {
    DenseMatrix w = matrix(gaussian(2, rows, columns).values(), rows, columns);
    double numbers = w.values().length / 3.0;
    int rank = (int) Math.round(0.25 * numbers / (rows + columns));
    int entries = (int) numbers - rank * (rows + columns);
    LowRankSparseSolver solver = new LowRankSparseSolver(ALGEBRA);
    Supplier<Decomposition> ours =
        () -> solver.solve(w, new Budget(rank, entries), Threshold.HARD, 1);
    double energy = Arrays.stream(w.values()).map(v -> v * v).sum();
    double error = ours.get().squaredError() / energy;
    load(List.of(w));
    compare(
        "low rank + sparse",
        "%dx%d, rank %d, 3x".formatted(rows, columns, rank),
        ours,
        solved -> solved.squaredError() / energy,
        request("low_rank_sparse")
            .put("rank", rank)
            .put("entries", entries)
            .put("error", error)
            .put("turns", peerTurns));
  }

  private void additive() {
    WeightPartition weights = gaussian(3, 320, 1000);
    AdditiveParams params =
        AdditiveParams.DEFAULT
            .withCodebooks(2)
            .withScale(ScaleScope.PER_TENSOR)
            .withFactorTypes(FactorType.F32);
    load(List.of(matrix(weights.values(), 320, 1000)));
    compare(
        "additive",
        "40,000 vectors, d=8 M=2 K=256",
        () -> new AdditiveMethod().solve(weights, params, 1),
        factors -> errorOf(List.of(weights), factors),
        request("additive").put("dimension", 8).put("books", 2).put("words", 256));
  }

  private void scalar(List<WeightPartition> network) {
    ScalarParams params = ScalarParams.of(OperatingPoint.step(STEP));
    Supplier<List<ScalarFactors>> ours =
        () -> network.stream().map(w -> new ScalarMethod().solve(w, params, 1).get(0)).toList();
    load(network.stream().map(SolverPeers::chain).toList());
    List<ScalarFactors> solved = ours.get();
    List<byte[]> stored = solved.stream().map(SolverPeers::stored).toList();
    long bytes = stored.stream().mapToLong(b -> b.length).sum();
    compare(
        "scalar, encode",
        "18 convolutions, %d bytes".formatted(bytes),
        ours,
        factors -> errorOf(network, factors),
        request("deflated_levels").put("step", 2 * STEP));
    compare(
        "scalar, decode",
        "18 convolutions",
        () -> decoded(network, stored),
        factors -> errorOf(network, factors),
        request("inflated_levels").put("step", 2 * STEP));
  }

  private static List<ScalarFactors> decoded(List<WeightPartition> network, List<byte[]> stored) {
    List<ScalarFactors> factors = new ArrayList<>();
    for (int i = 0; i < stored.size(); i++) {
      factors.add(
          new ScalarMethod()
              .read(
                  new ByteReader(stored.get(i)),
                  List.of(network.get(i).shape())));
      factors.get(i).restore(0, DType.F32);
    }
    return factors;
  }

  private static byte[] stored(Factors factors) {
    ByteWriter out = new ByteWriter();
    factors.write(out);
    return out.toByteArray();
  }

  /** A weight as Tucker-2 and tensor trains see it: (O, s, I). */
  private static DenseMatrix chain(WeightPartition weights) {
    ModeOrder order = new ModeOrder(weights.shape(), 0, 2, 3, 1);
    int rows = (int) weights.shape().dim(0);
    float[] values = order.reorder(weights.values());
    return matrix(values, rows, values.length / rows);
  }

  private static void chain(ObjectNode request, int[] modes, int[] ranks) {
    request.withArray("/modes").add(array(modes));
    request.withArray("/ranks").add(array(ranks));
  }

  private static ArrayNode array(int[] values) {
    ArrayNode array = PeerProcess.JSON.createArrayNode();
    for (int value : values) {
      array.add(value);
    }
    return array;
  }

  private static DenseMatrix matrix(float[] rowMajor, int rows, int columns) {
    double[] values = new double[rowMajor.length];
    for (int i = 0; i < values.length; i++) {
      values[i % columns * rows + i / columns] = rowMajor[i];
    }
    return new DenseMatrix(rows, columns, values);
  }

  private static double errorOf(List<WeightPartition> weights, List<? extends Factors> factors) {
    double error = 0;
    double norm = 0;
    for (int k = 0; k < weights.size(); k++) {
      float[] w = weights.get(k).values();
      float[] r = DType.F32.toFloats(factors.get(k).restore(0, DType.F32));
      for (int i = 0; i < w.length; i++) {
        error += ((double) w[i] - r[i]) * ((double) w[i] - r[i]);
        norm += (double) w[i] * w[i];
      }
    }
    return error / norm;
  }

  private static ObjectNode request(String run) {
    return PeerProcess.JSON.createObjectNode().put("run", run);
  }

  private void load(List<DenseMatrix> matrices) {
    ObjectNode request = PeerProcess.JSON.createObjectNode();
    for (DenseMatrix matrix : matrices) {
      int rows = matrix.numRows();
      int columns = matrix.numCols();
      ByteBuffer bytes = ByteBuffer.allocate(8 * rows * columns).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < rows * columns; i++) {
        bytes.putDouble(matrix.values()[i % columns * rows + i / columns]);
      }
      request
          .withArray("/load")
          .addObject()
          .put("rows", rows)
          .put("columns", columns)
          .put("data", Base64.getEncoder().encodeToString(bytes.array()));
    }
    peer.ifPresent(process -> process.ask(request));
  }

  private <T> void compare(
      String solver,
      String name,
      Supplier<T> ours,
      ToDoubleFunction<T> error,
      ObjectNode request) {
    double[] ourMillis = new double[TURNS];
    double[] peerMillis = new double[TURNS];
    T result = warmedUp(ours);
    JsonNode answer = peer.map(process -> process.ask(request)).orElse(null);
    for (int turn = 0; turn < TURNS; turn++) {
      long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      result = ours.get();
      long after = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      answer = peer.map(process -> process.ask(request)).orElse(null);
      ourMillis[turn] = (after - before) * 1e-6;
      peerMillis[turn] = answer == null ? Double.NaN : answer.get("ms").asDouble();
    }
    double our = median(ourMillis);
    String line =
        String.format(Locale.ROOT, "%-18s %-30s %9.2f", solver, name, our)
            + (answer == null
                ? " %9s %6s %10.3g".formatted("-", "-", error.applyAsDouble(result))
                : String.format(
                    Locale.ROOT,
                    " %9.2f %6.2f %10.4g %10.4g  %s",
                    median(peerMillis),
                    our / median(peerMillis),
                    error.applyAsDouble(result),
                    answer.get("error").asDouble(),
                    note(answer)));
    System.out.println(line);
  }

  private static <T> T warmedUp(Supplier<T> work) {
    long end = System.nanoTime() + WARM_UP.toNanos();
    T result = work.get();
    while (System.nanoTime() < end) {
      result = work.get();
    }
    return result;
  }

  private static String note(JsonNode answer) {
    int turns = answer.get("turns").asInt();
    long bytes = answer.get("bytes").asLong();
    return turns > 0 ? turns + " turns of the peer" : bytes > 0 ? bytes + " bytes of the peer" : "";
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
