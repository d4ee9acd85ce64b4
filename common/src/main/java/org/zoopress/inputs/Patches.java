package org.zoopress.inputs;

/**
 * Where the kernel of a convolution of two dimensions reads.
 *
 * @param kernelHeight kh, at least 1; likewise all but the paddings
 * @param padTop rows of zeros above the input, at least 0; with {@code samePadding} not used
 * @param samePadding the output has ⌈input/stride⌉ places a direction and the zeros follow from it
 * @param surplusFirst with {@code samePadding}, whether an odd number of zeros puts more of them
 *     above and to the left
 */
record Patches(
    int kernelHeight,
    int kernelWidth,
    int strideY,
    int strideX,
    int dilationY,
    int dilationX,
    int padTop,
    int padLeft,
    int padBottom,
    int padRight,
    boolean samePadding,
    boolean surplusFirst) {

  /**
   * The places of one direction.
   *
   * @param count outputs
   * @param first position of the kernel's first row (or column) for output 0; negative in padding
   * @param stride between outputs
   * @param dilation between rows of the kernel
   * @param kernel rows of the kernel
   * @param size rows of the input
   */
  record Axis(int count, int first, int stride, int dilation, int kernel, int size) {}

  Axis vertical(int height) {
    return axis(height, kernelHeight, strideY, dilationY, padTop, padBottom);
  }

  Axis horizontal(int width) {
    return axis(width, kernelWidth, strideX, dilationX, padLeft, padRight);
  }

  private Axis axis(int size, int kernel, int stride, int dilation, int before, int after) {
    long reach = (long) dilation * (kernel - 1) + 1;
    if (samePadding) {
      int count = (size + stride - 1) / stride;
      long zeros = Math.max(0, (count - 1L) * stride + reach - size);
      long first = surplusFirst ? (zeros + 1) / 2 : zeros / 2;
      return new Axis(count, Math.toIntExact(-first), stride, dilation, kernel, size);
    }
    long room = (long) size + before + after - reach;
    int count = room < 0 ? 0 : Math.toIntExact(room / stride + 1);
    return new Axis(count, -before, stride, dilation, kernel, size);
  }
}
