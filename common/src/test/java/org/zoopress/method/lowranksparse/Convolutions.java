package org.zoopress.method.lowranksparse;

import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.coding.ByteWriter;
import org.zoopress.linalg.Matrices;
import org.zoopress.method.Factors;
import org.zoopress.method.TestWeights;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** Weights for tests, and the measures by which they are judged. */
final class Convolutions {
  private Convolutions() {}

  /** The 3×3 convolutions of the data pack's ResNet-20 but for the first. */
  static List<WeightPartition> resNet20() {
    return TestWeights.network("cifar10_resnet/resnet20").stream()
        .filter(w -> w.tensor().startsWith("layer") && w.tensor().contains("conv"))
        .toList();
  }

  static DenseMatrix matrix(WeightPartition weights, MatrixForm form) {
    MatrixForm.Grid grid = form.grid(weights.shape());
    return new DenseMatrix(grid.rows(), grid.columns(), grid.matrix(weights.values(), 1));
  }

  /** Independent values from Student's t with two degrees of freedom: heavy tails. */
  static DenseMatrix heavyTailed(int rows, int columns, double scale, long seed) {
    Random random = new Random(seed);
    DenseMatrix a = Matrices.zeros(rows, columns);
    for (int i = 0; i < a.values().length; i++) {
      double chiSquared = -2 * Math.log(1 - random.nextDouble());
      a.values()[i] = scale * random.nextGaussian() / Math.sqrt(chiSquared / 2);
    }
    return a;
  }

  static WeightPartition partition(DenseMatrix a) {
    double[] rowMajor = Matrices.copyOfValues(a.transpose());
    float[] values = new float[rowMajor.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rowMajor[i];
    }
    Shape shape = Shape.of(a.numRows(), a.numCols());
    return new WeightPartition("00", 0, DType.F32, shape, DType.F32.fromFloats(values));
  }

  static double squaredNorm(WeightPartition weights) {
    double sum = 0;
    for (float v : weights.values()) {
      sum += (double) v * v;
    }
    return sum;
  }

  /** ‖W − Ŵ‖². */
  static double squaredError(WeightPartition weights, Factors factors) {
    float[] original = weights.values();
    float[] restored = weights.dtype().toFloats(factors.restore(0, weights.dtype()));
    double sum = 0;
    for (int i = 0; i < original.length; i++) {
      double difference = (double) original[i] - restored[i];
      sum += difference * difference;
    }
    return sum;
  }

  static int storedBytes(Factors factors) {
    ByteWriter out = new ByteWriter();
    factors.write(out);
    return out.size();
  }
}
