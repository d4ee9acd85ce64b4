package org.zoopress.method.additive;

import java.util.Arrays;

/**
 * Residual start of codes: codebook after codebook, the few partial codes with the smallest
 * residuals are kept and extended.
 */
final class BeamSearch {
  private static final int POINTS = CodewordKernels.POINTS;

  private final CodewordKernels kernels;
  private final Codebooks codebooks;
  private final CodewordTable[] tables;
  private final int width;
  private final int books;
  private final float[] costs;
  private final BeamLists lists;

  // Partial code w of each lane: cost up to a constant, residual, codes.
  private float[][] partialCosts;
  private LanePoints[] residuals;
  private byte[][] codes;
  private float[][] nextCosts;
  private LanePoints[] nextResiduals;
  private byte[][] nextCodes;

  /**
   * @param width partial codes that are kept, at least 1
   */
  BeamSearch(CodewordKernels kernels, Codebooks codebooks, CodewordTable[] tables, int width) {
    this.kernels = kernels;
    this.codebooks = codebooks;
    this.tables = tables;
    this.width = width;
    this.books = codebooks.shape().codebooks();
    this.costs = new float[codebooks.shape().codewords() * POINTS];
    this.lists = new BeamLists(width);
    this.partialCosts = new float[width][POINTS];
    this.nextCosts = new float[width][POINTS];
    this.residuals = lanePoints();
    this.nextResiduals = lanePoints();
    this.codes = new byte[width][POINTS * books];
    this.nextCodes = new byte[width][POINTS * books];
  }

  private LanePoints[] lanePoints() {
    LanePoints[] points = new LanePoints[width];
    Arrays.setAll(points, w -> new LanePoints(codebooks.shape().dimension()));
    return points;
  }

  /**
   * Codes of up to {@link CodewordKernels#POINTS} vectors.
   *
   * @param size how many
   * @param found target, the codes of a vector together
   * @param to where in the target
   */
  void search(LanePoints points, int size, byte[] found, int to) {
    residuals[0].copyFrom(points);
    Arrays.fill(partialCosts[0], 0);
    int kept = 1;
    for (int book = 0; book < books; book++) {
      lists.clear();
      for (int w = 0; w < kept; w++) {
        kernels.costs(tables[book], residuals[w].transposed(), costs);
        kernels.offer(costs, partialCosts[w], w, lists);
      }
      // The first codebook may have fewer codewords than the beam is wide.
      kept = Math.min(width, kept * codebooks.shape().codewords());
      extend(book, book == books - 1 ? 1 : kept);
    }
    System.arraycopy(codes[0], 0, found, to, size * books);
  }

  private void extend(int book, int kept) {
    for (int rank = 0; rank < kept; rank++) {
      for (int p = 0; p < POINTS; p++) {
        int beam = lists.beam(p, rank);
        int word = lists.word(p, rank);
        nextCosts[rank][p] = lists.cost(p, rank);
        nextResiduals[rank].putDifference(
            p, residuals[beam], codebooks.values(), codebooks.offset(book, word));
        System.arraycopy(codes[beam], p * books, nextCodes[rank], p * books, book);
        nextCodes[rank][p * books + book] = (byte) word;
      }
    }
    float[][] swapCosts = partialCosts;
    partialCosts = nextCosts;
    nextCosts = swapCosts;
    LanePoints[] swapResiduals = residuals;
    residuals = nextResiduals;
    nextResiduals = swapResiduals;
    byte[][] swapCodes = codes;
    codes = nextCodes;
    nextCodes = swapCodes;
  }
}
