package org.zoopress.method.additive;

import java.util.SplittableRandom;

/**
 * Codes of some neighbouring vectors while they are searched for, with the residuals r = x − Σ_m
 * C_m[b_m] that belong to them.
 */
final class CodeBlock {
  private static final int POINTS = CodewordKernels.POINTS;

  private final CodewordKernels kernels;
  private final Codebooks codebooks;
  private final CodewordTable[] tables;
  private final float[] prices;
  private final int books;
  private final int dimension;
  private final LanePoints lanes;
  private final float[] scratch;
  private final int[] nearest = new int[POINTS];

  private final float[] vectors;
  private final byte[] codes;
  private final float[] residuals;
  private final int[] active;
  private final boolean[] changed;

  /**
   * @param prices of all M·K codewords, which the tables contain
   * @param vectors of the block, count × d; not copied
   * @param codes to start from, count × M; a copy is taken
   */
  CodeBlock(
      CodewordKernels kernels,
      Codebooks codebooks,
      CodewordTable[] tables,
      float[] prices,
      float[] vectors,
      byte[] codes) {
    this.kernels = kernels;
    this.codebooks = codebooks;
    this.tables = tables;
    this.prices = prices;
    this.books = codebooks.shape().codebooks();
    this.dimension = codebooks.shape().dimension();
    this.lanes = new LanePoints(dimension);
    this.scratch = new float[codebooks.shape().codewords() * POINTS];
    this.vectors = vectors;
    this.codes = codes.clone();
    this.residuals = new float[vectors.length];
    this.active = new int[vectors.length / dimension];
    this.changed = new boolean[active.length];
    computeResiduals();
  }

  /** The codes as they are now; not a copy. */
  byte[] codes() {
    return codes;
  }

  /** Starts anew from these codes, with some of each vector's replaced by random ones. */
  void restart(byte[] best, int perturbed, SplittableRandom random) {
    System.arraycopy(best, 0, codes, 0, codes.length);
    int words = codebooks.shape().codewords();
    for (int i = 0; i < active.length; i++) {
      for (int remaining = perturbed, m = 0; m < books && remaining > 0; m++) {
        if (random.nextInt(books - m) < remaining) { // every choice of positions equally likely
          codes[i * books + m] = (byte) random.nextInt(words);
          remaining--;
        }
      }
    }
    computeResiduals();
  }

  /** Residuals from the codes; sums over many updates would drift. */
  private void computeResiduals() {
    System.arraycopy(vectors, 0, residuals, 0, vectors.length);
    for (int i = 0; i < active.length; i++) {
      for (int m = 0; m < books; m++) {
        int word = codebooks.offset(m, codes[i * books + m] & 0xFF);
        for (int j = 0; j < dimension; j++) {
          residuals[i * dimension + j] -= codebooks.values()[word + j];
        }
      }
    }
  }

  /** ‖r‖² of a vector, and the price of its codewords. */
  float cost(int i) {
    float sum = 0;
    for (int j = i * dimension; j < (i + 1) * dimension; j++) {
      sum = Math.fma(residuals[j], residuals[j], sum);
    }
    for (int m = 0; m < books; m++) {
      sum += prices[m * codebooks.shape().codewords() + (codes[i * books + m] & 0xFF)];
    }
    return sum;
  }

  /**
   * Iterated conditional modes: sets code after code to the best one given the others, codebooks in
   * a new random order each sweep; a vector that a sweep leaves as it was is done.
   */
  void descend(int sweeps, SplittableRandom random) {
    int count = active.length;
    for (int i = 0; i < count; i++) {
      active[i] = i;
    }
    int[] order = new int[books];
    for (int sweep = 0; sweep < sweeps && count > 0; sweep++) {
      shuffle(order, random);
      for (int a = 0; a < count; a++) {
        changed[active[a]] = false;
      }
      for (int book : order) {
        update(book, count);
      }
      int still = 0;
      for (int a = 0; a < count; a++) {
        if (changed[active[a]]) {
          active[still++] = active[a];
        }
      }
      count = still;
    }
  }

  private static void shuffle(int[] order, SplittableRandom random) {
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
  }

  private void update(int book, int count) {
    float[] words = codebooks.values();
    for (int from = 0; from < count; from += POINTS) {
      int size = Math.min(POINTS, count - from);
      for (int p = 0; p < size; p++) {
        int i = active[from + p];
        lanes.putSum(p, residuals, i * dimension, words, wordOffset(i, book));
      }
      lanes.clearFrom(size);
      kernels.nearest(tables[book], lanes.transposed(), scratch, nearest);
      for (int p = 0; p < size; p++) {
        int i = active[from + p];
        byte code = (byte) nearest[p];
        if (code != codes[i * books + book]) {
          codes[i * books + book] = code;
          changed[i] = true;
          lanes.getDifference(p, words, wordOffset(i, book), residuals, i * dimension);
        }
      }
    }
  }

  private int wordOffset(int i, int book) {
    return codebooks.offset(book, codes[i * books + book] & 0xFF);
  }
}
