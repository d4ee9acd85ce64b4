package org.zoopress.method.secondorder;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.Trellis;
import org.zoopress.evaluate.DataDescriptor;
import org.zoopress.evaluate.DataFormat;
import org.zoopress.evaluate.DataSet;
import org.zoopress.evaluate.OnnxSession;
import org.zoopress.evaluate.PixelLayout;
import org.zoopress.evaluate.Preprocess;
import org.zoopress.inputs.ExtraOutputs;
import org.zoopress.inputs.LayerInputs;
import org.zoopress.inputs.WeightLayers;
import org.zoopress.linalg.Matrices;
import org.zoopress.method.additive.CodeShape;
import org.zoopress.method.transform.KernelMoments;
import org.zoopress.method.transform.KernelTransform;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.ByteSource;
import org.zoopress.zoo.LocalModelFolder;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.ModelReaders;
import org.zoopress.zoo.OnnxGraph;
import org.zoopress.zoo.ReaderLimits;
import org.zoopress.zoo.TensorEntry;
import org.zoopress.zoo.TensorReader;

/**
 * Prints bytes of all layers of a CIFAR-10 ResNet of the data pack, and the sum over the layers of
 * the error of outputs over the outputs, with second moments of the inputs that the original
 * network gives for 512 training images. Layers are independent: each is quantized to the inputs of
 * the original, at the step at which all layers have the same slope of this sum at high rate.
 *
 * <pre>  mvn -Pjmh -pl common test-compile exec:exec -Djmh.main=org.zoopress.method.secondorder.LayerFigures
 *      -Djmh.args="resnet20 8 0.6 learned feedback" </pre>
 *
 * Arguments: network; states of the trellis (1, 4, 8, 32, 128); rate weight; transform ({@code
 * learned}, {@code none}); {@code feedback} or {@code alone}; optionally codebooks instead of
 * points, as {@code kernel,4,64,9} or {@code frequency,4,64,8} for M, K and d (the rate weight then
 * keeps its meaning, the trellis gives only the slope that belongs to it). The JVM needs {@code
 * -Xss8m}: ONNX Runtime runs on the main thread.
 */
public final class LayerFigures {
  private static final double[] SCALES = {0.0007, 0.001, 0.0015, 0.0022, 0.0032, 0.0045};
  private static final int IMAGES = 512;
  private static final int KERNEL = 9;

  private final Trellis trellis;
  private final double rateWeight;
  private final boolean feedback;
  private final List<LayerProblem> problems;
  private final Optional<KernelTransform> transform;
  private final Optional<AdditiveSettings> codebooks;

  private LayerFigures(String[] arguments) throws Exception {
    trellis = arguments[1].equals("1") ? Trellis.NONE : Trellis.valueOf("STATES_" + arguments[1]);
    rateWeight = Double.parseDouble(arguments[2]);
    feedback = arguments[4].equals("feedback");
    problems = problems(arguments[0]);
    transform = arguments[3].equals("learned") ? Optional.of(learned()) : Optional.empty();
    codebooks =
        arguments.length > 5 ? Optional.of(codebooks(arguments[5].split(","))) : Optional.empty();
  }

  private static AdditiveSettings codebooks(String[] parts) {
    int[] sizes = Arrays.stream(parts).skip(1).mapToInt(Integer::parseInt).toArray();
    return AdditiveSettings.of(
        new CodeShape(sizes[0], sizes[1], sizes[2]),
        BlockKind.valueOf(parts[0].toUpperCase(Locale.ROOT)));
  }

  /** Prints one curve. */
  public static void main(String[] arguments) throws Exception {
    LayerFigures figures = new LayerFigures(arguments);
    for (double scale : SCALES) {
      figures.print(scale);
    }
  }

  private static List<LayerProblem> problems(String network) throws Exception {
    Path pack = Path.of(System.getProperty("zoopress.test.data"));
    LocalModelFolder folder = new LocalModelFolder(pack);
    String path = "cifar10_resnet/" + network + ".onnx";
    ModelHeader header = ModelReaders.readHeader(folder, path, ReaderLimits.DEFAULT);
    WeightLayers layers =
        WeightLayers.of(OnnxGraph.read(folder, path, ReaderLimits.DEFAULT), header.tensors(), 2304);
    Map<String, DenseMatrix> grams = grams(folder, path, layers);
    List<LayerProblem> problems = new ArrayList<>();
    try (ByteSource source = folder.open(path)) {
      for (TensorEntry tensor : header.tensors()) {
        if (grams.containsKey(tensor.name())) {
          byte[] data = TensorReader.read(source, tensor, 0, tensor.shape().rows());
          double[] gram = Matrices.copyOfValues(grams.get(tensor.name()));
          problems.add(
              new LayerProblem(
                  tensor.shape(), 1, tensor.dtype().toFloats(data), new double[][] {gram}));
        }
      }
    }
    return problems;
  }

  private static Map<String, DenseMatrix> grams(
      LocalModelFolder folder, String path, WeightLayers layers) throws Exception {
    ByteArrayOutputStream onnx = new ByteArrayOutputStream();
    onnx.writeBytes(
        Files.readAllBytes(Path.of(System.getProperty("zoopress.test.data")).resolve(path)));
    onnx.writeBytes(ExtraOutputs.suffix(layers.extraOutputs()));
    Preprocess preprocess =
        new Preprocess(
            255,
            List.of(0.485, 0.456, 0.406),
            List.of(0.229, 0.224, 0.225),
            0,
            0,
            PixelLayout.NCHW,
            0);
    DataSet data =
        DataSet.open(
            new DataDescriptor(
                "c",
                DataFormat.CIFAR_BINARY,
                "cifar10/train_5085.bin",
                "",
                preprocess,
                List.of()),
            folder);
    Map<String, DenseMatrix> grams = new HashMap<>();
    try (OnnxSession session = OnnxSession.ofBytes(path, onnx.toByteArray())) {
      new LayerInputs(session, data, IMAGES).collect(layers, grams::put);
    }
    return grams;
  }

  private KernelTransform learned() {
    long all = 0;
    for (LayerProblem problem : problems) {
      all += hasKernels(problem) ? problem.target().length : 0;
    }
    KernelMoments moments = KernelMoments.none(KERNEL);
    for (LayerProblem problem : problems) {
      if (hasKernels(problem)) {
        double share = (double) problem.target().length / all;
        moments = moments.plus(KernelMoments.of(problem.target(), KERNEL, share));
      }
    }
    return moments.transform();
  }

  private static boolean hasKernels(LayerProblem problem) {
    return KernelTransform.kernelSize(problem.shape()) == KERNEL;
  }

  private void print(double scale) {
    List<StoredMember> members = new ArrayList<>();
    List<Shape> shapes = new ArrayList<>();
    double error = 0;
    long weights = 0;
    long start = System.nanoTime();
    List<AdditiveTraining.Layer> layers = problems.stream().map(p -> layer(p, scale)).toList();
    LayerCoder coder = LayerCoder.SCALAR;
    int codebookBytes = 0;
    if (codebooks.isPresent()) {
      AdditiveQuantizer quantizer = AdditiveTraining.train(layers, codebooks.get());
      codebookBytes = quantizer.codebooks().bytes();
      coder = quantizer;
    }
    for (int i = 0; i < problems.size(); i++) {
      LayerProblem problem = problems.get(i);
      CodedLayer layer = coder.quantize(layers.get(i).problem(), layers.get(i).settings());
      float[] rest = layer.restored();
      for (int k = 0; k < rest.length; k++) {
        rest[k] = problem.target()[k] - rest[k];
      }
      error += energy(problem, rest) / energy(problem, problem.target());
      weights += rest.length;
      members.add(layer);
      shapes.add(problem.shape());
    }
    ByteWriter out = new ByteWriter();
    NetworkFactors.of(members, shapes, "").write(out);
    double seconds = (System.nanoTime() - start) / 1e9;
    start = System.nanoTime();
    NetworkFactors read = NetworkFactors.read(new ByteReader(out.toByteArray()), shapes);
    for (int i = 0; i < shapes.size(); i++) {
      read.restore(i, DType.F32);
    }
    System.out.printf(
        Locale.ROOT,
        "scale %.4f: %d bytes (codebooks %d), %.4f bits a weight, error %.5f, %.2f s, decoded in %.2f s%n",
        scale,
        out.size(),
        codebookBytes,
        8.0 * out.size() / weights,
        error,
        seconds,
        (System.nanoTime() - start) / 1e9);
  }

  /** The layer, with inputs that are all alike where nothing is to be fed back. */
  private AdditiveTraining.Layer layer(LayerProblem problem, double scale) {
    LayerSettings settings =
        new LayerSettings(
            scale * Math.sqrt(energy(problem, problem.target())) / conditionalDeviation(problem),
            rateWeight,
            trellis,
            LayerSettings.DAMPING,
            hasKernels(problem) ? transform : Optional.empty());
    LayerProblem solved =
        feedback ? problem : LayerProblem.ofWeights(problem.shape(), problem.target());
    return new AdditiveTraining.Layer(solved, settings);
  }

  /** Geometric mean of M_jj, in the units of the moments. */
  private static double conditionalDeviation(LayerProblem problem) {
    ColumnOrder order = new ColumnOrder(problem.shape(), Optional.empty());
    InputFactor factor = InputFactor.of(problem.gram()[0], order, LayerSettings.DAMPING);
    int n = problem.columns();
    double log = 0;
    double trace = 0;
    for (int j = 0; j < n; j++) {
      log += Math.log(factor.diagonal(j)) / n;
      trace += problem.gram()[0][j * n + j] / n;
    }
    return Math.exp(log) * Math.sqrt(trace);
  }

  /** tr(E H Eᵀ). */
  private static double energy(LayerProblem problem, float[] rows) {
    int n = problem.columns();
    double[] gram = problem.gram()[0];
    double sum = 0;
    for (int start = 0; start < rows.length; start += n) {
      for (int i = 0; i < n; i++) {
        double product = 0;
        for (int j = 0; j < n; j++) {
          product += gram[i * n + j] * rows[start + j];
        }
        sum += product * rows[start + i];
      }
    }
    return sum;
  }
}
