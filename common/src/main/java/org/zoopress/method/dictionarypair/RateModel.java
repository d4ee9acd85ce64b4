package org.zoopress.method.dictionarypair;

import java.util.List;

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

  /** Predicted ‖X − X̂‖² over all blocks. */
  double error(List<Spectrum> blocks, double theta) {
    double error = 0;
    for (Spectrum block : blocks) {
      int words = worthwhileWords(block, theta);
      error += block.beyond();
      for (int i = 0; i < block.energies().length; i++) {
        double energy = block.energies()[i];
        error += i < words ? codedError(block.rows(), energy, theta) : energy;
      }
    }
    return error;
  }

  /**
   * Largest θ whose predicted error stays within the target.
   *
   * @param target above 0
   */
  double thetaFor(List<Spectrum> blocks, double target) {
    double numbers = 0;
    for (Spectrum block : blocks) {
      numbers += (double) block.energies().length * (block.rows() + columns);
    }
    // Bounded below, for a target that the words at hand cannot reach at any step.
    double low = Math.log(target / (FINEST * numbers));
    double high = Math.log(target);
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (error(blocks, Math.exp(middle)) <= target) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.exp(low);
  }

  /** θ at which word k of the block is just worth its bits. */
  double thetaAtMargin(int rows, double energy) {
    double low = Math.log(energy / (FINEST * (rows + columns)));
    double high = Math.log(energy);
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (gain(rows, energy, Math.exp(middle)) > 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.exp(low);
  }
}
