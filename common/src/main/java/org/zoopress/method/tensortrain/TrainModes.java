package org.zoopress.method.tensortrain;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zoopress.error.Check;

/** How the modes O, s and I of a weight become those of a train. */
public sealed interface TrainModes extends Serializable {
  /** (O, s, I), the modes of Tucker-2. */
  TrainModes THREE = new Balanced(1, 1);

  /** (O₁, O₂, s, I₂, I₁). */
  TrainModes FIVE = new Balanced(2, 2);

  /**
   * The modes of a weight: factors of O, then s unless it is 1, then factors of I from the last to
   * the first. The product is O·s·I.
   *
   * @param outputs O
   * @param kernel s = kh·kw
   * @param inputs I
   */
  int[] of(int outputs, int kernel, int inputs);

  /** Why a weight cannot have these modes, in words for the user; empty if it can. */
  Optional<String> refusal(int outputs, int inputs);

  /**
   * Factors of nearly equal size. Where a number has no such factors, for instance a prime, there
   * are fewer; factors of 1 are left out.
   *
   * @param outputFactors at most so many modes for O, 1 to 16
   * @param inputFactors at most so many modes for I, 1 to 16
   */
  record Balanced(int outputFactors, int inputFactors) implements TrainModes {
    private static final int MOST = 16;

    /** Checks the ranges. */
    public Balanced {
      Check.argument(
          outputFactors >= 1 && outputFactors <= MOST && inputFactors >= 1 && inputFactors <= MOST,
          "Cannot use tensor-train.modes with %s factors of O and %s of I: each needs 1 to 16 modes."
              + " Choose for instance 2 and 2.",
          outputFactors,
          inputFactors);
    }

    @Override
    public int[] of(int outputs, int kernel, int inputs) {
      return joined(factors(outputs, outputFactors), kernel, factors(inputs, inputFactors));
    }

    @Override
    public Optional<String> refusal(int outputs, int inputs) {
      return Optional.empty();
    }

    /**
     * Ascending factors of n, greedily: each is the divisor nearest to the root of what is left.
     */
    private static List<Integer> factors(int n, int count) {
      List<Integer> factors = new ArrayList<>();
      int rest = n;
      for (int left = count; left > 1; left--) {
        int factor = divisorNearest(rest, Math.pow(rest, 1.0 / left));
        if (factor > 1) {
          factors.add(factor);
          rest /= factor;
        }
      }
      if (rest > 1 || factors.isEmpty()) {
        factors.add(rest);
      }
      factors.sort(null);
      return factors;
    }

    private static int divisorNearest(int n, double wanted) {
      int nearest = 1;
      for (int d = 1; (long) d * d <= n; d++) {
        if (n % d == 0) {
          nearest = nearer(nearest, d, wanted);
          nearest = nearer(nearest, n / d, wanted);
        }
      }
      return nearest;
    }

    private static int nearer(int a, int b, double wanted) {
      return Math.abs(Math.log(b / wanted)) < Math.abs(Math.log(a / wanted)) ? b : a;
    }
  }

  /**
   * Factors as they are given, for weights of one size.
   *
   * @param outputs factors of O, in order; at least one, each at least 1
   * @param inputs factors of I, in order; they follow s in reverse
   */
  record Given(List<Integer> outputs, List<Integer> inputs) implements TrainModes {
    /** Checks the ranges. */
    public Given {
      outputs = List.copyOf(outputs);
      inputs = List.copyOf(inputs);
      for (List<Integer> factors : List.of(outputs, inputs)) {
        Check.argument(
            !factors.isEmpty() && factors.stream().allMatch(factor -> factor >= 1),
            "Cannot use tensor-train modes %s: a weight needs at least one mode on either side, each"
                + " of size 1 or more. Give factors of O and of I.",
            factors);
      }
    }

    @Override
    public int[] of(int outputSize, int kernel, int inputSize) {
      return joined(outputs, kernel, inputs);
    }

    @Override
    public Optional<String> refusal(int outputSize, int inputSize) {
      if (product(outputs) != outputSize || product(inputs) != inputSize) {
        return Optional.of(
            "modes %s and %s are no factors of O = %d and I = %d"
                .formatted(outputs, inputs, outputSize, inputSize));
      }
      return Optional.empty();
    }

    private static long product(List<Integer> factors) {
      return factors.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }
  }

  private static int[] joined(List<Integer> outputs, int kernel, List<Integer> inputs) {
    List<Integer> modes = new ArrayList<>(outputs);
    if (kernel > 1) {
      modes.add(kernel);
    }
    for (int k = inputs.size() - 1; k >= 0; k--) {
      modes.add(inputs.get(k));
    }
    return modes.stream().mapToInt(Integer::intValue).toArray();
  }
}
