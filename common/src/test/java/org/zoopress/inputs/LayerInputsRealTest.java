package org.zoopress.inputs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.zoopress.evaluate.DataDescriptor;
import org.zoopress.evaluate.DataFormat;
import org.zoopress.evaluate.DataSet;
import org.zoopress.evaluate.OnnxSession;
import org.zoopress.evaluate.PixelLayout;
import org.zoopress.evaluate.Preprocess;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;
import org.zoopress.method.FactorType;
import org.zoopress.method.SolveContext;
import org.zoopress.method.lowranksparse.LowRankSparse;
import org.zoopress.method.lowranksparse.LowRankSparseFactors;
import org.zoopress.method.lowranksparse.LowRankSparseParams;
import org.zoopress.method.lowranksparse.OperatingPoint;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.WeightPartition;
import org.zoopress.zoo.ByteSource;
import org.zoopress.zoo.LocalModelFolder;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.ModelReaders;
import org.zoopress.zoo.OnnxGraph;
import org.zoopress.zoo.ReaderLimits;
import org.zoopress.zoo.TensorEntry;
import org.zoopress.zoo.TensorReader;

/** ResNet-20 on CIFAR-10: what its layers see on training images serves them on test images. */
class LayerInputsRealTest {
  private static final int IMAGES = 256;
  private static final LowRankSparse METHOD = new LowRankSparse();

  private final Map<String, WeightPartition> weights = new HashMap<>();

  private static Path pack() {
    Path pack = Path.of(System.getProperty("zoopress.test.data", "absent"));
    Assumptions.assumeTrue(Files.isDirectory(pack), () -> "needs the data pack: " + pack);
    return pack;
  }

  private Map<String, DenseMatrix> grams(LocalModelFolder folder, String images) throws Exception {
    String path = "cifar10_resnet/resnet20.onnx";
    ModelHeader header = ModelReaders.readHeader(folder, path, ReaderLimits.DEFAULT);
    WeightLayers layers =
        WeightLayers.of(OnnxGraph.read(folder, path, ReaderLimits.DEFAULT), header.tensors(), 2304);
    assertThat(layers.refusals()).isEmpty();
    try (ByteSource source = folder.open(path)) {
      for (TensorEntry tensor : header.tensors()) {
        weights.put(
            tensor.name(),
            new WeightPartition(
                tensor.name(),
                0,
                tensor.dtype(),
                tensor.shape(),
                TensorReader.read(source, tensor, 0, tensor.shape().rows())));
      }
    }
    ByteArrayOutputStream onnx = new ByteArrayOutputStream();
    onnx.writeBytes(Files.readAllBytes(pack().resolve(path)));
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
            new DataDescriptor("c", DataFormat.CIFAR_BINARY, images, "", preprocess, List.of()),
            folder);
    Map<String, DenseMatrix> grams = new HashMap<>();
    try (OnnxSession session = OnnxSession.ofBytes(path, onnx.toByteArray())) {
      assertThat(new LayerInputs(session, data, IMAGES).collect(layers, grams::put)).isEmpty();
    }
    return grams;
  }

  @Test
  void inputsOfTrainingImagesLowerTheErrorOfOutputsOnTestImages() throws Exception {
    LocalModelFolder folder = new LocalModelFolder(pack());
    Map<String, DenseMatrix> training = grams(folder, "cifar10/train_5085.bin");
    Map<String, DenseMatrix> test = grams(folder, "cifar10/test_1017.bin");
    assertThat(training).hasSize(20).containsOnlyKeys(test.keySet());

    double alone = 0;
    double with = 0;
    LowRankSparseParams params =
        LowRankSparseParams.DEFAULT
            .withOperatingPoints(new OperatingPoint.Ratio(4))
            .withFactorTypes(FactorType.F16);
    for (Map.Entry<String, DenseMatrix> layer : training.entrySet()) {
      WeightPartition weight = weights.get(layer.getKey());
      if (weight.shape().rank() != 4 || weight.shape().dim(1) == 3) {
        continue;
      }
      DenseMatrix held = test.get(layer.getKey());
      alone += error(weight, held, METHOD.solve(weight, params, 7).get(0));
      SolveContext context = SolveContext.ofInputs(layer.getValue());
      with += error(weight, held, METHOD.solve(weight, params, 7, context).get(0));
    }
    System.out.printf(
        "held-out relative output error: %.4f alone, %.4f with inputs%n", alone, with);
    assertThat(with).isLessThan(0.7 * alone);
  }

  /** ‖(W − Ŵ)X‖²/‖WX‖² over held-out inputs. */
  private static double error(
      WeightPartition weight, DenseMatrix gram, LowRankSparseFactors factors) {
    float[] values = weight.values();
    float[] rest = DType.F32.toFloats(factors.restore(0, DType.F32));
    for (int i = 0; i < rest.length; i++) {
      rest[i] = values[i] - rest[i];
    }
    return energy(rest, gram) / energy(values, gram);
  }

  private static double energy(float[] values, DenseMatrix gram) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = values[i];
    }
    int n = gram.numCols();
    DenseMatrix columns = new DenseMatrix(n, doubles.length / n, doubles);
    return Matrices.inner(columns, LinearAlgebra.get().multiply(gram, columns));
  }
}
