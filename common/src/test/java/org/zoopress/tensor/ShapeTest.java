package org.zoopress.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShapeTest {
  @Test
  void rowsTimesRowElementsAreAllElements() {
    for (Shape shape :
        new Shape[] {Shape.of(), Shape.of(7), Shape.of(4, 3), Shape.of(16, 8, 3, 3)}) {
      assertThat(shape.rows() * shape.rowElements()).as("%s", shape).isEqualTo(shape.elements());
    }
    assertThat(Shape.of(16, 8, 3, 3).withRows(5)).isEqualTo(Shape.of(5, 8, 3, 3));
  }

  @Test
  void namesForPeople() {
    assertThat(Shape.of(16, 3, 3, 3)).hasToString("16x3x3x3");
    assertThat(Shape.of()).hasToString("scalar");
    assertThat(Shape.of(5, 0)).hasToString("5x0");
  }

  @Test
  void equalDimsAreEqualShapes() {
    assertThat(Shape.of(2, 3)).isEqualTo(Shape.of(2, 3)).hasSameHashCodeAs(Shape.of(2, 3));
    assertThat(Shape.of(2, 3)).isNotEqualTo(Shape.of(3, 2));
    long[] dims = {2, 3};
    Shape shape = Shape.of(dims);
    dims[0] = 9;
    shape.dims()[1] = 9;
    assertThat(shape).isEqualTo(Shape.of(2, 3));
  }

  @Test
  void impossibleShapesAreRefused() {
    assertThatThrownBy(() -> Shape.of(2, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("negative mode size in [2, -1]");
    assertThatThrownBy(() -> Shape.of(1L << 32, 1L << 32)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> Shape.of().withRows(2)).hasMessage("a scalar has no rows");
  }
}
