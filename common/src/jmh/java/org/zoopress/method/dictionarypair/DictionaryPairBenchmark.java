package org.zoopress.method.dictionarypair;

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
import org.zoopress.linalg.SymmetricEigen;

/** One block of ResNet-18's shapes: m x n, k words as in the paper. */
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class DictionaryPairBenchmark {
  @Param({"288x64x50", "288x128x100", "288x256x100", "288x512x100", "64x256x32", "512x1000x160"})
  String block;

  private final LinearAlgebra algebra = LinearAlgebra.get();
  private final BlockSolver solver = new BlockSolver(algebra, LearningParams.DEFAULT);
  private DenseMatrix x;
  private int words;

  /** Fills the block. */
  @Setup
  public void fill() {
    int[] sizes = Arrays.stream(block.split("x")).mapToInt(Integer::parseInt).toArray();
    x = RandomMatrices.gaussian(sizes[0], sizes[1], 1);
    words = sizes[2];
  }

  /** Dictionary pair: start, turns and polish. */
  @Benchmark
  public Object dictionaryPair() {
    return solver.solve(x, words, 1);
  }

  /** The decomposition that it stands beside. */
  @Benchmark
  public Svd thinSvd() {
    return algebra.svd(x);
  }

  /** The cheapest exact way: all eigenvectors of the smaller Gram matrix. */
  @Benchmark
  public SymmetricEigen gramEigen() {
    return algebra.eigen(
        x.numRows() <= x.numCols() ? algebra.outerGram(x) : algebra.gram(x));
  }
}
