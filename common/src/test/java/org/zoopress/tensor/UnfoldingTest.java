package org.zoopress.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UnfoldingTest {
  static LongStream seeds() {
    return LongStream.range(0, 50);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyWeightStandsInTheRowOfItsInputAndPositionAndTheColumnOfItsOutput(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int o = random.nextInt(1, 9);
    int i = random.nextInt(1, 9);
    int kh = random.nextInt(1, 4);
    int kw = random.nextInt(1, 4);
    Shape shape = random.nextBoolean() ? Shape.of(o, i, kh, kw) : Shape.of(o, i);
    int s = shape.rank() == 2 ? 1 : kh * kw;
    float[] values = new float[o * i * s];
    for (int at = 0; at < values.length; at++) {
      values[at] = (float) random.nextDouble(-1, 1);
    }
    Unfolding unfolding = Unfolding.of(shape);
    DenseMatrix matrix = unfolding.matrix(values);
    assertThat(matrix.numRows()).isEqualTo(i * s).isEqualTo(unfolding.rows());
    assertThat(matrix.numCols()).isEqualTo(o).isEqualTo(unfolding.columns());
    assertThat(unfolding.inputChannels()).isEqualTo(i);
    assertThat(unfolding.kernelPositions()).isEqualTo(s);
    for (int out = 0; out < o; out++) {
      for (int in = 0; in < i; in++) {
        for (int position = 0; position < s; position++) {
          assertThat((float) matrix.apply(in * s + position, out))
              .isEqualTo(values[(out * i + in) * s + position]);
        }
      }
    }
    assertThat(unfolding.tensor(matrix)).isEqualTo(values);
    assertThat(unfolding.tensor(matrix.transpose().toDenseColMajor().transpose()))
        .as("a row-major matrix folds to the same tensor")
        .isEqualTo(values);

    int from = random.nextInt(i * s);
    int to = random.nextInt(from + 1, i * s + 1);
    DenseMatrix block = unfolding.rowBlock(values, from, to);
    assertThat(block.numRows()).isEqualTo(to - from);
    assertThat(block.apply(to - from - 1, o - 1)).isEqualTo(matrix.apply(to - 1, o - 1));
  }

  @Test
  void otherShapesAreRefusedWithTheReason() {
    assertThat(Unfolding.refusal(Shape.of(7)))
        .contains("shape 7 has 1 modes; a matrix is made of (O, I) or (O, I, kh, kw)");
    assertThat(Unfolding.refusal(Shape.of(2, 3, 4))).isPresent();
    assertThat(Unfolding.refusal(Shape.of())).isPresent();
    assertThat(Unfolding.refusal(Shape.of(3, 0))).contains("shape 3x0 holds no values");
    assertThat(Unfolding.refusal(Shape.of(1L << 20, 1L << 20)))
        .contains("shape 1048576x1048576 holds 1099511627776 values, more than one array");
    assertThatThrownBy(() -> Unfolding.of(Shape.of(3, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shape 3x0 holds no values");
  }

  @Test
  void valuesAndMatricesOfAnotherSizeAreRefused() {
    Unfolding unfolding = Unfolding.of(Shape.of(2, 3));
    assertThatThrownBy(() -> unfolding.matrix(new float[5]))
        .hasMessage("2x3 has 6 values, found 5");
    assertThatThrownBy(() -> unfolding.tensor(new DenseMatrix(2, 3, new double[6])))
        .hasMessage("a 2×3 matrix does not fold into 2x3, which needs 3×2");
  }
}
