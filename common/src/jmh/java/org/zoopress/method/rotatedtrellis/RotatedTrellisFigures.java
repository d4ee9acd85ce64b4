package org.zoopress.method.rotatedtrellis;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.SplittableRandom;
import org.zoopress.coding.ByteWriter;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/**
 * Prints error and weights per CPU second of encoding and decoding on Gaussian weights, one rate a
 * line. Not a JMH benchmark: errors belong to the speeds. The first line also pays for compilation.
 *
 * <pre>  mvn -Pjmh -pl common test-compile exec:exec -Djmh.main=org.zoopress.method.rotatedtrellis.RotatedTrellisFigures </pre>
 */
public final class RotatedTrellisFigures {
  private static final int ROWS = 256;
  private static final int COLUMNS = 512;
  private static final double[] BITS = {2, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6};

  private RotatedTrellisFigures() {}

  /** Runs all rates with 2^10, 2^12 and 2^14 states. */
  public static void main(String[] arguments) {
    float[] weights = new float[ROWS * COLUMNS];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < weights.length; i++) {
      double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
      weights[i] = (float) (radius * Math.cos(2 * Math.PI * random.nextDouble()));
    }
    WeightPartition partition =
        new WeightPartition(
            "gaussian", 0, DType.F32, Shape.of(ROWS, COLUMNS), DType.F32.fromFloats(weights));
    System.out.printf(
        "kernels: %s%nstates   bits  stored   error    dB   encoded/s  decoded/s%n",
        TrellisKernels.get().getClass().getSimpleName());
    for (int stateBits = 10; stateBits <= 14; stateBits += 2) {
      for (double bits : BITS) {
        run(partition, weights, stateBits, bits);
      }
    }
  }

  private static void run(WeightPartition partition, float[] weights, int stateBits, double bits) {
    RotatedTrellisParams params =
        RotatedTrellisParams.DEFAULT.withBits(bits).withStates(1 << stateBits);
    double start = cpuSeconds();
    RotatedTrellisFactors factors = new RotatedTrellisMethod().solve(partition, params, 0).get(0);
    double solved = cpuSeconds();
    float[] restored = DType.F32.toFloats(factors.restore(0, DType.F32));
    double decoded = cpuSeconds();
    double error = 0;
    double norm = 0;
    for (int i = 0; i < weights.length; i++) {
      error += Math.pow((double) weights[i] - restored[i], 2);
      norm += (double) weights[i] * weights[i];
    }
    ByteWriter out = new ByteWriter();
    factors.write(out);
    double stored = 8.0 * out.size() / weights.length;
    System.out.printf(
        Locale.ROOT,
        "2^%d   %5.2f  %6.4f  %.5f  %.3f  %10.0f  %10.0f%n",
        stateBits,
        bits,
        stored,
        error / norm,
        10 * Math.log10(error / norm * Math.pow(4, stored)),
        weights.length / (solved - start),
        weights.length / (decoded - solved));
  }

  private static double cpuSeconds() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
  }
}
