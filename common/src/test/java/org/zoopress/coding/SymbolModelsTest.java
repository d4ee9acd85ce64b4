package org.zoopress.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Symbols drawn from frequencies that the coder is told take about their entropy from the start.
 */
class SymbolModelsTest {
  private static final double[] FREQUENCIES = {40, 20, 10, 10, 5, 5, 5, 5};

  private static int[] drawn(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] symbols = new int[count];
    for (int i = 0; i < count; i++) {
      double left = random.nextDouble(100);
      while (left >= FREQUENCIES[symbols[i]]) {
        left -= FREQUENCIES[symbols[i]++];
      }
    }
    return symbols;
  }

  private static byte[] coded(int[] symbols, double[] frequencies, double confidence) {
    SymbolModels models = new SymbolModels(3, frequencies, confidence);
    RangeEncoder encoder = new RangeEncoder();
    for (int symbol : symbols) {
      models.encode(encoder, symbol);
    }
    return encoder.finish();
  }

  @Test
  void comesBackAndTakesTheEntropy() {
    int[] symbols = drawn(4000, 1);
    byte[] bytes = coded(symbols, FREQUENCIES, 1000);
    double entropy = 0;
    for (double f : FREQUENCIES) {
      entropy -= f / 100 * Math.log(f / 100) / Math.log(2);
    }
    assertThat(bytes.length)
        .isBetween((int) (4000 * entropy / 8 * 0.97), (int) (4000 * entropy / 8 * 1.02));
    SymbolModels models = new SymbolModels(3, FREQUENCIES, 1000);
    RangeDecoder decoder = new RangeDecoder(bytes);
    for (int symbol : symbols) {
      assertThat(models.decode(decoder)).isEqualTo(symbol);
    }
  }

  @Test
  void wrongExpectationsAreUnlearned() {
    int[] symbols = drawn(4000, 2);
    double[] reversed = {5, 5, 5, 5, 10, 10, 20, 40};
    int right = coded(symbols, FREQUENCIES, 64).length;
    assertThat(coded(symbols, reversed, 64).length).isLessThan(right + 40);
    assertThat(coded(symbols, new double[] {1, 0, 0, 0, 0, 0, 0, 0}, 1).length)
        .as("what was never seen can still be coded")
        .isLessThan(2 * right);
  }

  @Test
  void frequenciesMustFitTheAlphabet() {
    assertThatThrownBy(() -> new SymbolModels(2, FREQUENCIES, 1))
        .hasMessage("8 frequencies of 4 symbols");
  }
}
