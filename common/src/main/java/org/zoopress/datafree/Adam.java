package org.zoopress.datafree;

/**
 * Adam on an array of numbers that is held in Java.
 *
 * @see <a href="https://arxiv.org/abs/1412.6980">Kingma and Ba, Adam, ICLR 2015</a>, algorithm 1
 */
final class Adam {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-12;

  private final double[] mean;
  private final double[] square;
  private int steps;

  Adam(int numbers) {
    mean = new double[numbers];
    square = new double[numbers];
  }

  /**
   * Moves the numbers against their gradient.
   *
   * @param rates largest move of each number, about
   */
  void step(double[] values, double[] gradient, double[] rates, double factor) {
    steps++;
    double first = 1 - Math.pow(BETA1, steps);
    double second = 1 - Math.pow(BETA2, steps);
    for (int i = 0; i < values.length; i++) {
      mean[i] += (1 - BETA1) * (gradient[i] - mean[i]);
      square[i] += (1 - BETA2) * (gradient[i] * gradient[i] - square[i]);
      double move = mean[i] / first / (Math.sqrt(square[i] / second) + EPSILON);
      values[i] -= factor * rates[i] * move;
    }
  }
}
