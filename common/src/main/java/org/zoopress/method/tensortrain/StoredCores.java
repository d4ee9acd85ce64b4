package org.zoopress.method.tensortrain;

import java.util.ArrayList;
import java.util.List;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.FactorCoder;

/**
 * Stored form of a tensor train: W ≈ scale · C_1·B_2⋯B_d, where the rows of B_k, an r_{k-1}×n_k·r_k
 * matrix, are those of the stored core at unit length. Stored with the length of their singular
 * values, the numbers of all cores weigh the same in W, and one step of quantization serves them
 * all; see the package description.
 *
 * <pre>
 *   float32  scale; 0 for a tensor of zeros, and then nothing follows
 *   varints  r_1 … r_{d-1}
 *   blob     r_1×n_1 matrix by {@link FactorCoder}: C_1 transposed
 *   blobs    for k = 2 … d the r_{k-1}×n_k·r_k matrix of core k </pre>
 */
public final class StoredCores {
  private final int[] modes;
  private final int[] ranks;
  private final float scale;
  private final List<byte[]> stored;
  private final List<float[]> cores = new ArrayList<>();

  /**
   * @param stored d matrices by {@link FactorCoder}, none if the scale is 0
   */
  StoredCores(int[] modes, int[] ranks, float scale, List<byte[]> stored) {
    this.modes = modes.clone();
    this.ranks = ranks.clone();
    this.scale = scale;
    this.stored = stored;
    for (int k = 0; k < stored.size(); k++) {
      float[] core = decode(stored.get(k), rows(k), columns(k));
      cores.add(k == 0 ? transposed(core, rows(0)) : unitRows(core, rows(k)));
    }
  }

  /** A tensor of zeros. */
  static StoredCores zeros(int[] modes) {
    return new StoredCores(modes, new int[modes.length - 1], 0, List.of());
  }

  /** Rows of the matrix in which core k, from 0, is stored. */
  private int rows(int k) {
    return ranks[Math.max(0, k - 1)];
  }

  private int columns(int k) {
    return k == 0 ? modes[0] : Math.multiplyExact(modes[k], CoreChain.rank(ranks, k + 1));
  }

  static float[] decode(byte[] stored, int rows, int columns) {
    ByteReader in = new ByteReader(stored);
    float[] values = FactorCoder.read(in, rows, columns);
    in.expectEnd();
    return values;
  }

  private static float[] transposed(float[] values, int rows) {
    int columns = values.length / rows;
    float[] transposed = new float[values.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        transposed[j * rows + i] = values[i * columns + j];
      }
    }
    return transposed;
  }

  /**
   * Divides every row by its length, summed in order in double: encoder and decoder must agree to
   * the last bit.
   */
  static float[] unitRows(float[] values, int rows) {
    int columns = values.length / rows;
    float[] unit = new float[values.length];
    for (int i = 0; i < values.length; i += columns) {
      double squared = 0;
      for (int j = i; j < i + columns; j++) {
        squared += (double) values[j] * values[j];
      }
      double factor = squared > 0 ? 1 / Math.sqrt(squared) : 0;
      for (int j = i; j < i + columns; j++) {
        unit[j] = (float) (values[j] * factor);
      }
    }
    return unit;
  }

  /** n_1 … n_d. */
  public int[] modes() {
    return modes.clone();
  }

  /** r_1 … r_{d-1}; zeros for a tensor of zeros. */
  public int[] ranks() {
    return ranks.clone();
  }

  /** Σ r_{k-1}·n_k·r_k; 0 for a tensor of zeros. */
  public long numbers() {
    return stored.isEmpty() ? 0 : CoreChain.numbers(modes, ranks);
  }

  /**
   * Core k as it enters the product, of shape (r_{k-1}, n_k, r_k), row-major; a copy. The first one
   * carries the scale.
   *
   * @param k from 1 to d
   */
  public float[] core(int k) {
    float[] core = cores.get(k - 1).clone();
    for (int i = 0; k == 1 && i < core.length; i++) {
      core[i] *= scale;
    }
    return core;
  }

  /** Writes everything but the modes. */
  public void write(ByteWriter out) {
    out.writeFloat(stored.isEmpty() ? 0 : scale);
    if (!stored.isEmpty()) {
      for (int rank : ranks) {
        out.writeVarint(rank);
      }
      stored.forEach(out::writeBlob);
    }
  }

  /**
   * Inverse of {@link #write}.
   *
   * @param modes at least two sizes of at least 1, whose product fits an int
   */
  public static StoredCores read(ByteReader in, int[] modes) {
    float scale = in.readFloat();
    if (scale == 0) {
      return zeros(modes);
    }
    if (!(scale > 0) || scale == Float.POSITIVE_INFINITY) {
      throw new CorruptDataException("scale of a tensor train is " + scale);
    }
    int[] ranks = new int[modes.length - 1];
    int elements = 1;
    for (int n : modes) {
      elements = Math.multiplyExact(elements, n);
    }
    int left = 1;
    for (int k = 0; k < ranks.length; k++) {
      left *= modes[k];
      ranks[k] = in.readVarint(Math.min(left, elements / left), "rank of a tensor train");
      if (ranks[k] == 0) {
        throw new CorruptDataException("rank of a tensor train is 0");
      }
    }
    List<byte[]> stored = new ArrayList<>();
    for (int k = 0; k < modes.length; k++) {
      stored.add(in.readBlob());
    }
    return new StoredCores(modes, ranks, scale, stored);
  }

  /** The tensor, row-major; values beyond float32 become infinite. */
  public float[] contract() {
    if (stored.isEmpty()) {
      int elements = 1;
      for (int n : modes) {
        elements *= n;
      }
      return new float[elements];
    }
    float[] product = cores.get(0);
    for (int k = 1; k < modes.length; k++) {
      product = multiply(product, cores.get(k), rows(k), columns(k));
    }
    for (int i = 0; i < product.length; i++) {
      product[i] *= scale;
    }
    return product;
  }

  /**
   * (rows×inner)·(inner×columns). Float sums: the loop vectorises, a sum has at most some thousand
   * terms, and the order is the same on every machine.
   */
  private static float[] multiply(float[] a, float[] b, int inner, int columns) {
    int rows = a.length / inner;
    float[] product = new float[Math.multiplyExact(rows, columns)];
    for (int i = 0; i < rows; i++) {
      int target = i * columns;
      for (int p = 0; p < inner; p++) {
        float factor = a[i * inner + p];
        int source = p * columns;
        for (int j = 0; j < columns; j++) {
          product[target + j] += factor * b[source + j];
        }
      }
    }
    return product;
  }
}
