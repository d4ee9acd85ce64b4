package org.zoopress.linalg;

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

/** Double products, native beside pure Java. */
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class GemmBenchmark {
  @Param({"native", "java"})
  String implementation;

  @Param({"64", "256", "1024"})
  int n;

  private LinearAlgebra algebra;
  private DenseMatrix a;
  private DenseMatrix b;
  private DenseMatrix c;

  /** Chooses the implementation and fills the factors. */
  @Setup
  public void fill() {
    algebra = LinearAlgebraHolder.choose(implementation);
    a = RandomMatrices.gaussian(n, n, 1);
    b = RandomMatrices.gaussian(n, n, 2);
    c = Matrices.zeros(n, n);
  }

  /** One n×n product. */
  @Benchmark
  public DenseMatrix gemm() {
    algebra.gemm(1, Transpose.NO, a, Transpose.NO, b, 0, c);
    return c;
  }
}
