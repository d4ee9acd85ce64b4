package org.zoopress.method.tucker;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.RandomMatrices;
import org.zoopress.linalg.Svd;
import org.zoopress.method.FactorType;
import org.zoopress.method.tensortrain.TensorTrainMethod;
import org.zoopress.method.tensortrain.TensorTrainParams;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.Unfolding;
import org.zoopress.tensor.WeightPartition;

/** A convolution at three ratios, ranks searched for, beside one thin SVD of its unfolding. */
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class TuckerBenchmark {
  @Param({"16x16x3x3", "64x64x3x3", "256x256x3x3", "512x512x3x3"})
  String shape;

  private final LinearAlgebra algebra = LinearAlgebra.get();
  private WeightPartition weights;
  private DenseMatrix unfolded;

  /** Fills the weight. */
  @Setup
  public void fill() {
    Shape sizes = Shape.of(Arrays.stream(shape.split("x")).mapToLong(Long::parseLong).toArray());
    int rows = (int) sizes.rowElements();
    unfolded = RandomMatrices.gaussian(rows, (int) sizes.rows(), 234);
    float[] values = Unfolding.of(sizes).tensor(unfolded);
    weights = new WeightPartition("00", 0, DType.F32, sizes, DType.F32.fromFloats(values));
  }

  /** Tucker-2 at ratios 2, 3 and 4. */
  @Benchmark
  public List<TuckerFactors> tucker2() {
    return new TuckerMethod()
        .solve(
            weights,
            TuckerParams.DEFAULT
                .withFormat(ConvolutionFormat.TUCKER_2)
                .withFactorTypes(FactorType.F32),
            0);
  }

  /** All four arrangements at ratios 2, 3 and 4. */
  @Benchmark
  public List<TuckerFactors> bestArrangement() {
    return new TuckerMethod()
        .solve(weights, TuckerParams.DEFAULT.withFactorTypes(FactorType.F32), 0);
  }

  /** Tensor train over (O, s, I) at ratios 2, 3 and 4. */
  @Benchmark
  public Object tensorTrain() {
    return new TensorTrainMethod()
        .solve(weights, TensorTrainParams.DEFAULT.withFactorTypes(FactorType.F32), 0);
  }

  /** One decomposition of the O×(I·s) unfolding. */
  @Benchmark
  public Svd thinSvd() {
    return algebra.svd(unfolded);
  }
}
