package org.zoopress.method.transform;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedId;
import org.zoopress.method.SharedObject;
import org.zoopress.method.SharedObject.Kind;
import org.zoopress.tensor.Shape;

/**
 * An orthogonal n×n matrix B from the positions of a kernel to frequencies.
 *
 * <pre>
 *   byte        n, 4 to 49
 *   n(n−1)/2 ×  signed byte a: rotation by π·a/128 in the plane (p, q), p &lt; q, rows of p first
 * </pre>
 *
 * B = (G_1 · G_2 ⋯)ᵀ, where G turns columns p and q of what it is multiplied to.
 */
public final class KernelTransform {
  /** Smallest kernel that has enough neighbours: 2×2. */
  public static final int SMALLEST_KERNEL = 4;

  /** Largest kernel: 7×7, as long as the groups that coefficients are coded in. */
  public static final int LARGEST_KERNEL = 49;

  /** Bytes of the largest content of a stored transform. */
  public static final int MOST_BYTES = 3 + planes(LARGEST_KERNEL);

  private static final int HALF_TURN = 128;

  private final int size;
  private final byte[] angles;
  // B, row-major; rows are frequencies.
  private final double[] basis;

  private KernelTransform(int size, byte[] angles) {
    this.size = size;
    this.angles = angles;
    this.basis = basis(size, angles);
  }

  /**
   * The transform nearest to the given one that can be stored; the last row's sign may differ.
   *
   * @param basis n×n, orthogonal, row-major; rows are frequencies; not changed
   */
  public static KernelTransform of(int size, double[] basis) {
    if (size < SMALLEST_KERNEL || size > LARGEST_KERNEL || basis.length != size * size) {
      throw new IllegalArgumentException("%d numbers for n=%d".formatted(basis.length, size));
    }
    double[] rest = basis.clone();
    byte[] angles = new byte[planes(size)];
    int next = 0;
    for (int p = 0; p < size; p++) {
      for (int q = p + 1; q < size; q++) {
        double angle = StrictMath.atan2(rest[p * size + q], rest[p * size + p]);
        // Half a turn to the left is one to the right: the byte wraps.
        byte stored = (byte) Math.rint(angle / Math.PI * HALF_TURN);
        angles[next++] = stored;
        // With the angle as stored, so that the ones that follow make up for its rounding.
        turn(rest, size, p, q, stored);
      }
    }
    return new KernelTransform(size, angles);
  }

  private static int planes(int size) {
    return size * (size - 1) / 2;
  }

  /** Turns columns p and q: (x_p, x_q) ← (c x_p + s x_q, c x_q − s x_p). */
  private static void turn(double[] rows, int size, int p, int q, byte angle) {
    double cosine = StrictMath.cos(Math.PI * angle / HALF_TURN);
    double sine = StrictMath.sin(Math.PI * angle / HALF_TURN);
    for (int row = 0; row < size; row++) {
      double x = rows[row * size + p];
      double y = rows[row * size + q];
      rows[row * size + p] = cosine * x + sine * y;
      rows[row * size + q] = cosine * y - sine * x;
    }
  }

  /** The rotations turn the identity into G = G_1 G_2 ⋯; B is its transpose. */
  private static double[] basis(int size, byte[] angles) {
    double[] product = new double[size * size];
    for (int i = 0; i < size; i++) {
      product[i * size + i] = 1;
    }
    int next = 0;
    for (int p = 0; p < size; p++) {
      for (int q = p + 1; q < size; q++) {
        turn(product, size, p, q, angles[next++]);
      }
    }
    double[] basis = new double[size * size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        basis[i * size + j] = product[j * size + i];
      }
    }
    return basis;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KernelTransform transform
        && size == transform.size
        && Arrays.equals(angles, transform.angles);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(angles);
  }

  /** Positions of a kernel, n. */
  public int size() {
    return size;
  }

  /** B, row-major; rows are frequencies, the one of largest expected energy first. */
  public double[] basis() {
    return basis.clone();
  }

  /** Coefficients of kernels that lie one after the other, frequency by frequency in each. */
  public float[] forward(float[] weights) {
    float[] coefficients = new float[weights.length];
    for (int kernel = 0; kernel < weights.length; kernel += size) {
      for (int f = 0; f < size; f++) {
        double sum = 0;
        for (int j = 0; j < size; j++) {
          sum += basis[f * size + j] * weights[kernel + j];
        }
        coefficients[kernel + f] = (float) sum;
      }
    }
    return coefficients;
  }

  /**
   * Inverse of {@link #forward} up to rounding; the result is never NaN.
   *
   * @param coefficients infinite ones count as the largest float32
   */
  public float[] inverse(float[] coefficients) {
    float[] weights = new float[coefficients.length];
    double[] sums = new double[size];
    for (int kernel = 0; kernel < weights.length; kernel += size) {
      Arrays.fill(sums, 0);
      for (int f = 0; f < size; f++) {
        double y = Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, coefficients[kernel + f]));
        for (int j = 0; j < size; j++) {
          sums[j] += basis[f * size + j] * y;
        }
      }
      for (int j = 0; j < size; j++) {
        weights[kernel + j] = (float) sums[j];
      }
    }
    return weights;
  }

  /** Writes n and the angles. */
  public void write(ByteWriter out) {
    out.writeByte(size);
    out.writeBytes(angles);
  }

  /** The object to store. */
  public SharedObject stored() {
    ByteWriter out = new ByteWriter();
    write(out);
    return new SharedObject(Kind.KERNEL_TRANSFORM, out.toByteArray());
  }

  /**
   * The transform of that id.
   *
   * @throws CorruptDataException if there is none
   */
  public static KernelTransform find(SharedFactors shared, SharedId id) {
    return shared.get(id, Kind.KERNEL_TRANSFORM, KernelTransform.class, KernelTransform::read);
  }

  /** The transforms among the objects by n; of several with one n that of the smallest id. */
  public static Map<Integer, SharedId> bySize(List<SharedObject> objects) {
    SharedFactors shared = SharedFactors.of(objects);
    Map<Integer, SharedId> found = new TreeMap<>();
    for (SharedObject object : objects) {
      if (object.kind() == Kind.KERNEL_TRANSFORM) {
        SharedId id = object.id();
        found.merge(find(shared, id).size, id, (a, b) -> a.compareTo(b) < 0 ? a : b);
      }
    }
    return found;
  }

  /**
   * Inverse of {@link #write}.
   *
   * @throws CorruptDataException if the bytes are no transform
   */
  public static KernelTransform read(ByteReader in) {
    int size = in.readByte();
    if (size < SMALLEST_KERNEL || size > LARGEST_KERNEL) {
      throw new CorruptDataException("transform of kernels of %d positions".formatted(size));
    }
    return new KernelTransform(size, in.readBytes(planes(size)));
  }

  /**
   * Positions of a kernel of a tensor (O, I, k…), or 0 if it has none that a transform could serve.
   */
  public static int kernelSize(Shape shape) {
    if (shape.rank() < 3 || shape.elements() == 0) {
      return 0;
    }
    long size = shape.rowElements() / shape.dim(1);
    return size >= SMALLEST_KERNEL && size <= LARGEST_KERNEL ? (int) size : 0;
  }
}
