package org.zoopress.method.secondorder;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.evaluate.DataDescriptor;
import org.zoopress.evaluate.DataFormat;
import org.zoopress.evaluate.DataSet;
import org.zoopress.evaluate.OnnxSession;
import org.zoopress.evaluate.PixelLayout;
import org.zoopress.evaluate.Preprocess;
import org.zoopress.inputs.ExtraOutputs;
import org.zoopress.inputs.LayerInputs;
import org.zoopress.inputs.WeightLayers;
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
 * Prints bytes and the error of outputs of all layers of a ResNet quantized one by one: to points
 * or to codewords, with second moments of training images fed back or without; errors are those on
 * test images, relative to the outputs' energy, weighted by the number of weights. Not a JMH
 * benchmark: sizes and errors belong to the times.
 *
 * <pre>  mvn -Pjmh -pl common test-compile exec:exec \
 *    -Djmh.main=org.zoopress.method.secondorder.FeedbackFigures \
 *    -Djmh.args="resnet20.onnx scalar:0.5 kernel,2,256,9:0.5 plain,2,256,9:0.5" </pre>
 *
 * An argument is what to quantize with (scalar; frequency or kernel with M, K and d; plain for
 * kernels without feedback), and steps relative to the root mean square of a weight's output.
 */
public final class FeedbackFigures {
  private static final int IMAGES = 256;

  private final List<LayerProblem> problems = new ArrayList<>();
  private final List<double[]> held = new ArrayList<>();
  private KernelTransform transform;

  private FeedbackFigures() {}

  /**
   * @param arguments an ONNX file of the data pack's cifar10_resnet, then what to try
   */
  public static void main(String[] arguments) throws IOException {
    FeedbackFigures figures = new FeedbackFigures();
    figures.read("cifar10_resnet/" + arguments[0]);
    System.out.println("coder                 step    bytes  bits/w  codebooks   error    dB  CPU s  Mw/s");
    for (int i = 1; i < arguments.length; i++) {
      String[] parts = arguments[i].split(":");
      for (String step : parts[1].split(",")) {
        figures.row(parts[0], Double.parseDouble(step));
      }
    }
  }

  private void read(String path) throws IOException {
    LocalModelFolder folder = new LocalModelFolder(Path.of(System.getProperty("zoopress.test.data")));
    ModelHeader header = ModelReaders.readHeader(folder, path, ReaderLimits.DEFAULT);
    OnnxGraph graph = OnnxGraph.read(folder, path, ReaderLimits.DEFAULT);
    WeightLayers layers = WeightLayers.of(graph, header.tensors(), 2304);
    ByteArrayOutputStream onnx = new ByteArrayOutputStream();
    onnx.writeBytes(
        Files.readAllBytes(Path.of(System.getProperty("zoopress.test.data")).resolve(path)));
    onnx.writeBytes(ExtraOutputs.suffix(layers.extraOutputs()));
    Map<String, DenseMatrix> training = new HashMap<>();
    Map<String, DenseMatrix> test = new HashMap<>();
    try (OnnxSession session = OnnxSession.ofBytes(path, onnx.toByteArray())) {
      new LayerInputs(session, data(folder, "cifar10/train_5085.bin"), IMAGES)
          .collect(layers, training::put);
      new LayerInputs(session, data(folder, "cifar10/test_1017.bin"), IMAGES)
          .collect(layers, test::put);
    }
    KernelMoments moments = KernelMoments.none(9);
    try (ByteSource source = folder.open(path)) {
      for (TensorEntry tensor : header.tensors()) {
        DenseMatrix gram = training.get(tensor.name());
        if (gram == null) {
          continue;
        }
        byte[] bytes = TensorReader.read(source, tensor, 0, tensor.shape().rows());
        float[] values = DType.F32.toFloats(bytes);
        Shape shape = tensor.shape();
        if (shape.rank() == 4 && shape.dim(2) == 3) {
          moments = moments.plus(KernelMoments.of(values, 9, 1.0 / values.length));
        }
        problems.add(new LayerProblem(shape, 1, values, new double[][] {gram.values()}));
        held.add(test.get(tensor.name()).values());
      }
    }
    transform = moments.transform();
  }

  private static DataSet data(LocalModelFolder folder, String images) throws IOException {
    Preprocess preprocess =
        new Preprocess(
            255,
            List.of(0.485, 0.456, 0.406),
            List.of(0.229, 0.224, 0.225),
            0,
            0,
            PixelLayout.NCHW,
            0);
    return DataSet.open(
        new DataDescriptor("c", DataFormat.CIFAR_BINARY, images, "", preprocess, List.of()),
        folder);
  }

  /** The layer's problem, with inputs alike where nothing is to be fed back. */
  private AdditiveTraining.Layer layer(int index, double step, boolean feedback) {
    LayerProblem problem = problems.get(index);
    Optional<KernelTransform> used =
        problem.shape().rank() == 4 ? Optional.of(transform) : Optional.empty();
    ColumnOrder order = new ColumnOrder(problem.shape(), used);
    InputFactor factor = InputFactor.of(problem.gram()[0], order, LayerSettings.DAMPING);
    double mean = new StepRule(order.layout(), new InputFactor[] {factor}).mean();
    double trace = 0;
    for (int i = 0; i < problem.columns(); i++) {
      trace += problem.gram()[0][i * (problem.columns() + 1)] / problem.columns();
    }
    double energy = energy(problem.target(), problem.gram()[0]) / trace / problem.target().length;
    LayerSettings settings = LayerSettings.ofStep(step * Math.sqrt(energy));
    settings = used.isPresent() ? settings.withTransform(used.get()) : settings;
    return feedback
        ? new AdditiveTraining.Layer(
            problem, settings.withStep(settings.step() * Math.exp(-mean)))
        : new AdditiveTraining.Layer(
            LayerProblem.ofWeights(problem.shape(), problem.target()), settings);
  }

  private void row(String coder, double step) {
    List<AdditiveTraining.Layer> layers = new ArrayList<>();
    for (int i = 0; i < problems.size(); i++) {
      layers.add(layer(i, step, !coder.startsWith("plain")));
    }
    double start = cpuSeconds();
    int codebookBytes = 0;
    LayerCoder used = LayerCoder.SCALAR;
    String[] parts = coder.split(",");
    if (parts.length == 4) {
      CodeShape shape =
          new CodeShape(
              Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), Integer.parseInt(parts[3]));
      BlockKind kind = parts[0].equals("frequency") ? BlockKind.FREQUENCY : BlockKind.KERNEL;
      AdditiveQuantizer quantizer =
          AdditiveTraining.train(layers, AdditiveSettings.of(shape, kind));
      codebookBytes = quantizer.codebooks().bytes();
      used = quantizer;
    }
    List<StoredMember> members = new ArrayList<>();
    List<Shape> shapes = new ArrayList<>();
    for (AdditiveTraining.Layer layer : layers) {
      members.add(used.quantize(layer.problem(), layer.settings()));
      shapes.add(layer.problem().shape());
    }
    double seconds = cpuSeconds() - start;
    ByteWriter out = new ByteWriter();
    NetworkFactors.of(members, shapes, "").write(out);
    start = cpuSeconds();
    NetworkFactors read = NetworkFactors.read(new ByteReader(out.toByteArray()), shapes);
    double error = 0;
    long count = 0;
    for (int i = 0; i < members.size(); i++) {
      float[] rest = DType.F32.toFloats(read.restore(i, DType.F32));
      float[] original = problems.get(i).target();
      for (int k = 0; k < rest.length; k++) {
        rest[k] = original[k] - rest[k];
      }
      error += rest.length * energy(rest, held.get(i)) / energy(original, held.get(i));
      count += rest.length;
    }
    double decoding = cpuSeconds() - start;
    System.out.printf(
        Locale.ROOT,
        "%-20s %5.3f  %7d  %6.3f  %9d  %.5f  %5.2f  %5.1f  %4.1f%n",
        coder,
        step,
        out.size(),
        8.0 * out.size() / count,
        codebookBytes,
        error / count,
        10 * Math.log10(error / count),
        seconds,
        count / decoding / 1e6);
  }

  /** tr(W·H·Wᵀ). */
  private static double energy(float[] values, double[] gram) {
    int n = (int) Math.round(Math.sqrt(gram.length));
    double sum = 0;
    for (int row = 0; row < values.length; row += n) {
      for (int i = 0; i < n; i++) {
        double inner = 0;
        for (int j = 0; j < n; j++) {
          inner += gram[i * n + j] * values[row + j];
        }
        sum += inner * values[row + i];
      }
    }
    return sum;
  }

  private static double cpuSeconds() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
  }
}
