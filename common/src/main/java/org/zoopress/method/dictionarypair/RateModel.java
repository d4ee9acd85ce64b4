package org.zoopress.method.dictionarypair;

import java.util.List;
import java.util.function.DoublePredicate;

/**
 * Which words are worth their bits when both factors are quantized with one step: see "Words and
 * step together" in the package description.
 *
 * <p>θ is the squared error of one stored number, step²/12.
 *
 * @param columns n
 */
record RateModel(int columns) {
  /** 2πe/12: an entropy-coded uniform quantizer needs ½ log₂ of it more than the Gaussian bound. */
  private static final double UNIFORM_QUANTIZER = 2 * Math.PI * Math.E / 12;

  private static final int BISECTIONS = 60;

  /** All numbers together take no less than this part of a target. */
  private static final double FINEST = 1e3;

  /**
   * A block as the model sees it.
   *
   * @param rows m
   * @param energies ‖s_i‖² of the words that there are, descending
   * @param beyond energy that none of these words holds
   */
  record Spectrum(int rows, double[] energies, double beyond) {}

  /** How many leading words lower the error by more than their bits are worth. */
  int worthwhileWords(Spectrum block, double theta) {
    int words = 0;
    while (words < block.energies().length
        && gain(block.rows(), block.energies()[words], theta) > 0) {
      words++;
    }
    return words;
  }

  /** Error saved by a word, less the price of its bits at the slope dD/dR = −2 ln 2 θ. */
  private double gain(int rows, double energy, double theta) {
    double bits = bits(rows, energy, theta) + bits(columns, energy, theta);
    return energy - codedError(rows, energy, theta) - 2 * Math.log(2) * theta * bits;
  }

  private static double bits(int numbers, double energy, double theta) {
    return numbers * 0.5 * Math.log1p(UNIFORM_QUANTIZER * energy / (numbers * theta)) / Math.log(2);
  }

  /** Each number has error θ, but never more than its own energy. */
  private double codedError(int rows, double energy, double theta) {
    return Math.min(energy, rows * theta) + Math.min(energy, columns * theta);
  }

  /** {@link #worthwhileWords} of every block. */
  int[] worthwhileWords(List<Spectrum> blocks, double theta) {
    return blocks.stream().mapToInt(block -> worthwhileWords(block, theta)).toArray();
  }

  /** Predicted ‖X − X̂‖² over all blocks, of which the leading words are kept. */
  private double error(List<Spectrum> blocks, int[] words, double theta) {
    double error = 0;
    for (int b = 0; b < words.length; b++) {
      Spectrum block = blocks.get(b);
      error += block.beyond();
      for (int i = 0; i < block.energies().length; i++) {
        double energy = block.energies()[i];
        error += i < words[b] ? codedError(block.rows(), energy, theta) : energy;
      }
    }
    return error;
  }

  /**
   * Largest θ whose worthwhile words have a predicted error within the target.
   *
   * @param target above 0
   */
  double thetaFor(List<Spectrum> blocks, double target) {
    return largestTheta(
        blocks, target, theta -> error(blocks, worthwhileWords(blocks, theta), theta) <= target);
  }

  /**
   * Largest θ at which the given words have a predicted error within the target: it uses up what
   * {@link #thetaFor} leaves, because there the error jumps with every word.
   */
  double thetaFor(List<Spectrum> blocks, int[] words, double target) {
    return largestTheta(blocks, target, theta -> error(blocks, words, theta) <= target);
  }

  private double largestTheta(List<Spectrum> blocks, double target, DoublePredicate withinTarget) {
    double numbers = 0;
    for (Spectrum block : blocks) {
      numbers += (double) block.energies().length * (block.rows() + columns);
    }
    // Bounded below, for a target that the words at hand cannot reach at any step.
    return bisect(target / (FINEST * numbers), target, withinTarget);
  }

  /** θ at which word k of the block is just worth its bits. */
  double thetaAtMargin(int rows, double energy) {
    return bisect(
        energy / (FINEST * (rows + columns)), energy, theta -> gain(rows, energy, theta) > 0);
  }

  /** Largest θ between the bounds that holds, if the small ones do; on a logarithmic scale. */
  private static double bisect(double least, double most, DoublePredicate holds) {
    double low = Math.log(least);
    double high = Math.log(most);
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (holds.test(Math.exp(middle))) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.exp(low);
  }
}
