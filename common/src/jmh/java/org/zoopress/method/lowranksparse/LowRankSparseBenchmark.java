package org.zoopress.method.lowranksparse;

import java.util.Arrays;
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

/** Three times fewer numbers, a quarter of them in the low rank; m x n of 3×3 convolutions. */
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class LowRankSparseBenchmark {
  @Param({"64x576", "192x192", "384x384", "768x768"})
  String size;

  private final LinearAlgebra algebra = LinearAlgebra.get();
  private final LowRankSparseSolver solver = new LowRankSparseSolver(algebra);
  private DenseMatrix w;
  private Budget budget;
  private double numbers;

  /** Fills the matrix. */
  @Setup
  public void fill() {
    int[] sizes = Arrays.stream(size.split("x")).mapToInt(Integer::parseInt).toArray();
    w = RandomMatrices.gaussian(sizes[0], sizes[1], 1);
    numbers = w.values().length / 3.0;
    int rank = (int) Math.round(0.25 * numbers / (sizes[0] + sizes[1]));
    budget = new Budget(rank, (int) numbers - rank * (sizes[0] + sizes[1]));
  }

  /** All iterations of one budget. */
  @Benchmark
  public Decomposition lowRankSparse() {
    return solver.solve(w, budget, Threshold.HARD, 1);
  }

  /** With the search for the split. */
  @Benchmark
  public Decomposition chosenSplit() {
    return solver.solveWithin(w, numbers, 1, Threshold.HARD, 1);
  }

  /** What each iteration of the textbook's alternation would take. */
  @Benchmark
  public Svd thinSvd() {
    return algebra.svd(w);
  }
}
