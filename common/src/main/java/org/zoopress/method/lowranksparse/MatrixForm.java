package org.zoopress.method.lowranksparse;

import org.zoopress.tensor.Shape;

/**
 * How a weight becomes the matrix that is written as low rank + sparse. Fully connected layers and
 * 1×1 convolutions are the same in both.
 */
public enum MatrixForm {
  /** O × (I·kh·kw), a row a filter: L is a convolution to r channels and a 1×1 one behind it. */
  FILTERS(0),
  /**
   * (O·kh) × (I·kw): L is a 1×kw convolution to r channels and a kh×1 one behind it. As square as
   * can be, so that a rank costs fewer numbers: r(O·kh + I·kw) instead of r(O + I·kh·kw).
   */
  SEPARABLE(1);

  private final int code;

  MatrixForm(int code) {
    this.code = code;
  }

  /** Stable number in the stored format. */
  int code() {
    return code;
  }

  /** Inverse of {@link #code}. */
  static MatrixForm ofCode(int code) {
    return code == SEPARABLE.code ? SEPARABLE : FILTERS;
  }

  /** Rows and columns of a weight, with the place of each of its values. */
  Grid grid(Shape shape) {
    int outputs = Math.toIntExact(shape.dim(0));
    int inputs = Math.toIntExact(shape.dim(1));
    int height = shape.rank() < 4 ? 1 : Math.toIntExact(shape.dim(2));
    int width = shape.rank() < 4 ? 1 : Math.toIntExact(shape.dim(3));
    return new Grid(this, outputs, inputs, height, width);
  }

  /**
   * A weight (O, I, kh, kw) as a matrix.
   *
   * @param height kh
   * @param width kw
   */
  record Grid(MatrixForm form, int outputs, int inputs, int height, int width) {
    int rows() {
      return form == FILTERS ? outputs : outputs * height;
    }

    int columns() {
      return form == FILTERS ? inputs * height * width : inputs * width;
    }

    /** Place in the row-major tensor of an element of the matrix. */
    int place(int row, int column) {
      if (form == FILTERS) {
        return row * columns() + column;
      }
      int kernel = row / height * inputs + column / width;
      return (kernel * height + row % height) * width + column % width;
    }

    /** The tensor as column-major values of the matrix, multiplied by {@code factor}. */
    double[] matrix(float[] tensor, double factor) {
      int rows = rows();
      int columns = columns();
      double[] matrix = new double[tensor.length];
      for (int column = 0; column < columns; column++) {
        for (int row = 0; row < rows; row++) {
          matrix[column * rows + row] = tensor[place(row, column)] * factor;
        }
      }
      return matrix;
    }
  }
}
