package org.zoopress.method.additive;

import java.util.Arrays;

/**
 * Residual start of a code: codebook after codebook, the few partial codes with the smallest
 * residuals are kept. The lanes of the kernels are the partial codes of one vector.
 */
final class BeamSearch {
  private static final int POINTS = CodewordKernels.POINTS;

  private final CodewordKernels kernels;
  private final Codebooks codebooks;
  private final CodewordTable[] tables;
  private final int width;
  private final LanePoints lanes;
  private final float[] costs;

  // The partial codes that are kept, best first: costs up to a constant, codes, residuals.
  private int kept;
  private float[] keptCosts;
  private byte[][] keptCodes;
  private float[][] keptResiduals;

  // Their extensions by one codebook, best first.
  private int found;
  private final float[] foundCosts;
  private final int[] foundBeams;
  private final int[] foundWords;

  /**
   * @param width partial codes, 1 to {@link CodewordKernels#POINTS}
   */
  BeamSearch(CodewordKernels kernels, Codebooks codebooks, CodewordTable[] tables, int width) {
    if (width < 1 || width > POINTS) {
      throw new IllegalArgumentException("beam of " + width);
    }
    this.kernels = kernels;
    this.codebooks = codebooks;
    this.tables = tables;
    this.width = width;
    this.lanes = new LanePoints(codebooks.shape().dimension());
    this.costs = new float[codebooks.shape().codewords() * POINTS];
    this.keptCosts = new float[width];
    this.keptCodes = new byte[width][codebooks.shape().codebooks()];
    this.keptResiduals = new float[width][codebooks.shape().dimension()];
    this.foundCosts = new float[width];
    this.foundBeams = new int[width];
    this.foundWords = new int[width];
  }

  /** Codes of the vector that starts at {@code from}. */
  byte[] search(float[] vectors, int from) {
    kept = 1;
    keptCosts[0] = 0;
    Arrays.fill(keptCodes[0], (byte) 0);
    System.arraycopy(vectors, from, keptResiduals[0], 0, keptResiduals[0].length);
    for (int book = 0; book < tables.length; book++) {
      findExtensions(tables[book]);
      keepExtensions(book);
    }
    return keptCodes[0];
  }

  private void findExtensions(CodewordTable table) {
    for (int w = 0; w < kept; w++) {
      lanes.put(w, keptResiduals[w], 0);
    }
    lanes.clearFrom(kept);
    kernels.costs(table, lanes.transposed(), costs);
    found = 0;
    for (int k = 0; k < table.codewords(); k++) {
      for (int w = 0; w < kept; w++) {
        float cost = keptCosts[w] + costs[k * POINTS + w];
        if (found < width || cost < foundCosts[found - 1]) {
          insert(cost, w, k);
        }
      }
    }
  }

  private void insert(float cost, int beam, int word) {
    int at = found < width ? found++ : found - 1;
    while (at > 0 && cost < foundCosts[at - 1]) {
      foundCosts[at] = foundCosts[at - 1];
      foundBeams[at] = foundBeams[at - 1];
      foundWords[at] = foundWords[at - 1];
      at--;
    }
    foundCosts[at] = cost;
    foundBeams[at] = beam;
    foundWords[at] = word;
  }

  private void keepExtensions(int book) {
    byte[][] codes = new byte[width][];
    float[][] residuals = new float[width][];
    for (int w = 0; w < found; w++) {
      int beam = foundBeams[w];
      codes[w] = keptCodes[beam].clone();
      codes[w][book] = (byte) foundWords[w];
      residuals[w] = keptResiduals[beam].clone();
      int word = codebooks.offset(book, foundWords[w]);
      for (int j = 0; j < residuals[w].length; j++) {
        residuals[w][j] -= codebooks.values()[word + j];
      }
    }
    System.arraycopy(foundCosts, 0, keptCosts, 0, found);
    System.arraycopy(codes, 0, keptCodes, 0, found);
    System.arraycopy(residuals, 0, keptResiduals, 0, found);
    kept = found;
  }
}
