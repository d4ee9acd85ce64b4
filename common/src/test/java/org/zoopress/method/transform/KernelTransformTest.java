package org.zoopress.method.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedId;
import org.zoopress.method.SharedObject;
import org.zoopress.method.SharedObject.Kind;
import org.zoopress.tensor.Shape;

class KernelTransformTest {
  private static KernelTransform random(int size, long seed) {
    byte[] body = new byte[1 + size * (size - 1) / 2];
    new SplittableRandom(seed).nextBytes(body);
    body[0] = (byte) size;
    return found(new SharedObject(Kind.KERNEL_TRANSFORM, body));
  }

  private static KernelTransform found(SharedObject object) {
    return KernelTransform.find(SharedFactors.of(List.of(object)), object.id());
  }

  @ParameterizedTest(name = "n={0}, seed 1")
  @ValueSource(ints = {4, 9, 25, 49})
  void anyBytesAreAnOrthogonalMatrix(int size) {
    double[] b = random(size, 1).basis();
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        double product = 0;
        for (int k = 0; k < size; k++) {
          product += b[i * size + k] * b[j * size + k];
        }
        assertThat(product).isCloseTo(i == j ? 1 : 0, within(1e-12));
      }
    }
  }

  @ParameterizedTest(name = "n={0}, seed 2")
  @ValueSource(ints = {4, 9, 25, 49})
  void rotationsRepresentTheMatrixThatTheyWereMadeOf(int size) {
    KernelTransform transform = random(size, 2);
    double[] given = transform.basis();
    double[] again = KernelTransform.of(size, given).basis();
    for (int i = 0; i < size; i++) {
      double product = 0;
      for (int k = 0; k < size; k++) {
        product += given[i * size + k] * again[i * size + k];
      }
      // The last row may have the other sign; rounding errors add up over the n−1 planes of a row.
      assertThat(i < size - 1 ? product : Math.abs(product)).isGreaterThan(0.97);
    }
  }

  @Test
  void storedAndReadItIsTheSameAndSmall() {
    KernelTransform transform = random(9, 3);
    SharedObject object = transform.stored();
    assertThat(object.content()).hasSize(39);
    assertThat(found(object).basis()).isEqualTo(transform.basis());
  }

  @Test
  void inverseUndoesForwardAndKeepsTheNorm() {
    KernelTransform transform = random(9, 4);
    SplittableRandom random = new SplittableRandom(5);
    float[] weights = new float[900];
    double norm = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextDouble(-1, 1);
      norm += weights[i] * weights[i];
    }
    float[] coefficients = transform.forward(weights);
    double energy = 0;
    for (float c : coefficients) {
      energy += c * c;
    }
    assertThat(energy).isCloseTo(norm, within(1e-4));
    float[] back = transform.inverse(coefficients);
    for (int i = 0; i < weights.length; i++) {
      assertThat(back[i]).isCloseTo(weights[i], within(1e-6f));
    }
  }

  @Test
  void infiniteCoefficientsGiveNoNaN() {
    float[] coefficients = new float[9];
    coefficients[0] = Float.POSITIVE_INFINITY;
    coefficients[1] = Float.NEGATIVE_INFINITY;
    for (float w : random(9, 6).inverse(coefficients)) {
      assertThat(w).isNotNaN();
    }
  }

  @Test
  void damagedBytesAreReported() {
    SharedObject huge = new SharedObject(Kind.KERNEL_TRANSFORM, new byte[] {50});
    assertThatThrownBy(() -> found(huge))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("transform of kernels of 50 positions");
    SharedObject cut = new SharedObject(Kind.KERNEL_TRANSFORM, new byte[] {9, 1, 2});
    assertThatThrownBy(() -> found(cut)).isInstanceOf(CorruptDataException.class);
    SharedObject longer = new SharedObject(Kind.KERNEL_TRANSFORM, new byte[38]);
    longer.body()[0] = 9;
    assertThatThrownBy(() -> found(longer)).isInstanceOf(CorruptDataException.class);
    SharedObject codebooks = new SharedObject(Kind.CODEBOOKS, new byte[37]);
    assertThatThrownBy(() -> found(codebooks))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("is CODEBOOKS, not KERNEL_TRANSFORM");
  }

  @Test
  void oneTransformAKernelSizeIsOffered() {
    SharedObject nine = random(9, 7).stored();
    SharedObject other = random(9, 8).stored();
    SharedObject four = random(4, 9).stored();
    SharedObject codebooks = new SharedObject(Kind.CODEBOOKS, new byte[] {1});
    SharedId smaller = nine.id().compareTo(other.id()) < 0 ? nine.id() : other.id();
    assertThat(KernelTransform.bySize(List.of(nine, codebooks, other, four)))
        .isEqualTo(Map.of(9, smaller, 4, four.id()));
  }

  @Test
  void kernelsAreThoseOfConvolutions() {
    assertThat(KernelTransform.kernelSize(Shape.of(16, 8, 3, 3))).isEqualTo(9);
    assertThat(KernelTransform.kernelSize(Shape.of(16, 8, 3, 3, 3))).isEqualTo(27);
    assertThat(KernelTransform.kernelSize(Shape.of(16, 8, 1, 1))).isZero();
    assertThat(KernelTransform.kernelSize(Shape.of(16, 8, 11, 11))).isZero();
    assertThat(KernelTransform.kernelSize(Shape.of(16, 72))).isZero();
    assertThat(KernelTransform.kernelSize(Shape.of(16, 0, 3, 3))).isZero();
  }
}
