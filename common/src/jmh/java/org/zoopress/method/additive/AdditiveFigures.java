package org.zoopress.method.additive;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Prints relative error and vectors per CPU second of training and search, one case a line. Not a
 * JMH benchmark: a case takes seconds, and the errors belong to the speeds. The first case is
 * repeated, because it also pays for compilation.
 *
 * <pre>  mvn -Pjmh -pl common test-compile exec:exec -Djmh.main=org.zoopress.method.additive.AdditiveFigures </pre>
 */
public final class AdditiveFigures {
  private static final int GAUSSIAN_VECTORS = 60_000;

  private AdditiveFigures() {}

  /** Runs all cases; the folder of the data pack is the system property zoopress.test.data. */
  public static void main(String[] arguments) {
    System.out.printf(
        "kernels: %s%n%-28s %8s %6s %8s %9s %10s%n",
        CodewordKernels.get().getClass().getSimpleName(),
        "vectors, shape",
        "train s",
        "beam",
        "rounds",
        "error",
        "vectors/s");
    float[] gaussian = TestVectors.gaussian(GAUSSIAN_VECTORS, 8, 1);
    run("Gaussian", gaussian, new CodeShape(2, 256, 8));
    run("Gaussian", gaussian, new CodeShape(2, 256, 8));
    run("ResNet-20", TestVectors.resnet20(8), new CodeShape(2, 256, 8));
    run("ResNet-20", TestVectors.resnet20(8), new CodeShape(3, 256, 8));
    run("ResNet-20", TestVectors.resnet20(16), new CodeShape(4, 256, 16));
    run("ResNet-20", TestVectors.resnet20(16), new CodeShape(8, 256, 16));
  }

  private static void run(String name, float[] vectors, CodeShape shape) {
    Timed<Codebooks> trained =
        Timed.of(() -> new CodebookTrainer(shape, TrainingParams.DEFAULT).train(vectors, 1));
    SearchParams fast = TrainingParams.DEFAULT.search();
    for (SearchParams search : new SearchParams[] {fast, SearchParams.DEFAULT}) {
      Timed<byte[]> codes =
          Timed.of(() -> new CodeSearch(trained.result(), search).encode(vectors, 2));
      System.out.printf(
          Locale.ROOT,
          "%-28s %8.2f %6d %8d %9.5f %10.0f%n",
          "%s M=%d K=%d d=%d"
              .formatted(name, shape.codebooks(), shape.codewords(), shape.dimension()),
          trained.seconds(),
          search.beam(),
          search.rounds(),
          trained.result().squaredError(vectors, codes.result()) / TestVectors.squaredNorm(vectors),
          vectors.length / shape.dimension() / codes.seconds());
    }
  }

  /**
   * @param seconds of this thread on a processor
   */
  private record Timed<T>(T result, double seconds) {
    static <T> Timed<T> of(Supplier<T> work) {
      long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      T result = work.get();
      long after = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      return new Timed<>(result, (after - before) / 1e9);
    }
  }
}
