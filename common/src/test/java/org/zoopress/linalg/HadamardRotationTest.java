package org.zoopress.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HadamardRotationTest {
  /** Column j of Q: what becomes of the j-th unit vector. */
  private static float[][] columns(int length, long seed) {
    HadamardRotation rotation = new HadamardRotation(length, seed);
    float[][] columns = new float[length][length];
    for (int j = 0; j < length; j++) {
      columns[j][j] = 1;
      rotation.forward(columns[j], 0, 1);
    }
    return columns;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 9, 27, 64, 100, 144})
  void columnsAreOrthonormal(int length) {
    float[][] q = columns(length, 7);
    for (int i = 0; i < length; i++) {
      for (int j = 0; j <= i; j++) {
        double product = 0;
        for (int k = 0; k < length; k++) {
          product += (double) q[i][k] * q[j][k];
        }
        assertThat(product).isCloseTo(i == j ? 1 : 0, within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 64})
  void powersOfTwoSpreadEachEntryEvenly(int length) {
    for (float[] column : columns(length, 3)) {
      for (float v : column) {
        assertThat(Math.abs(v)).isCloseTo((float) (1 / Math.sqrt(length)), within(1e-6f));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {144, 576, 1000})
  void otherLengthsLeaveNoEntryConcentrated(int length) {
    for (float[] column : columns(length, 3)) {
      for (float v : column) {
        assertThat(Math.abs(v)).isLessThan(0.32f);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16, 147, 1000})
  void inverseGivesTheVectorsBackWhereverTheyLie(int length) {
    SplittableRandom random = new SplittableRandom(length);
    int inner = 9;
    float[] data = new float[length * inner + 5];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextDouble(-1, 1);
    }
    float[] before = data.clone();
    HadamardRotation rotation = new HadamardRotation(length, 1);
    rotation.forward(data, 3, inner);
    assertThat(data[2]).isEqualTo(before[2]);
    assertThat(data[length * inner + 3]).isEqualTo(before[length * inner + 3]);
    rotation.inverse(data, 3, inner);
    for (int i = 0; i < data.length; i++) {
      assertThat(data[i]).isCloseTo(before[i], within(1e-5f));
    }
  }

  /** H_2 = (1 1; 1 −1)/√2, written out for length 4. */
  @Test
  void agreesWithTheMatrixOfSylvester() {
    float[][] q = columns(4, 5);
    for (int j = 0; j < 4; j++) {
      for (int k = 0; k < 4; k++) {
        float sylvester = Integer.bitCount(j & k) % 2 == 0 ? 0.5f : -0.5f;
        assertThat(q[j][k] / q[j][0]).isEqualTo(sylvester / 0.5f);
      }
    }
  }

  @Test
  void anEmptyRotationIsRefused() {
    assertThatThrownBy(() -> new HadamardRotation(0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a rotation of 0 numbers");
  }
}
