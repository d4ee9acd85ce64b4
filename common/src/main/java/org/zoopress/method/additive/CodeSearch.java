package org.zoopress.method.additive;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Finds codes for vectors with given codebooks: min over b of ‖x − Σ_m C_m[b_m]‖² + Σ_m p_m[b_m],
 * where the prices p are zero, or the bits of the codewords times what a bit is worth ({@link
 * CodeRates#prices}).
 *
 * <ul>
 *   <li>One codebook: the nearest codeword. Two: the best of all K² pairs. Both exact.
 *   <li>Three and more, where the problem is NP-hard: iterated local search from a beam search or
 *       from codes at hand. Each round replaces some codes by random ones, descends by conditional
 *       minimum over one code at a time, and is kept where it is cheaper.
 * </ul>
 *
 * <p>Vectors are searched in fixed blocks with a random stream each, so that codes follow from
 * vectors, codebooks and seed alone. Not for several threads at once.
 *
 * @see <a href="https://doi.org/10.1007/978-3-319-46475-6_9">Martinez et al., Revisiting Additive
 *     Quantization, ECCV 2016</a>: the local search
 */
public final class CodeSearch {
  /** Vectors of a block: their state fits the second-level cache. */
  private static final int BLOCK = 256;

  private static final int POINTS = CodewordKernels.POINTS;

  private final Codebooks codebooks;
  private final SearchParams params;
  private final CodewordKernels kernels;
  private final CodewordTable[] tables;
  private final float[] prices;
  private final int books;
  private final int dimension;
  private final LanePoints lanes;
  private final float[] scratch;
  private final int[] nearest = new int[POINTS];

  /** A search with these codebooks. */
  public CodeSearch(Codebooks codebooks, SearchParams params) {
    this(codebooks, new float[codebooks.shape().totalCodewords()], params);
  }

  /**
   * A search with these codebooks for least error and price.
   *
   * @param prices of all M·K codewords, not negative
   */
  public CodeSearch(Codebooks codebooks, float[] prices, SearchParams params) {
    this(codebooks, prices, params, CodewordKernels.get());
  }

  CodeSearch(Codebooks codebooks, SearchParams params, CodewordKernels kernels) {
    this(codebooks, new float[codebooks.shape().totalCodewords()], params, kernels);
  }

  CodeSearch(Codebooks codebooks, float[] prices, SearchParams params, CodewordKernels kernels) {
    this.codebooks = codebooks;
    this.params = params;
    this.kernels = kernels;
    this.tables = CodewordTable.allOf(codebooks, prices);
    this.prices = prices;
    this.books = codebooks.shape().codebooks();
    this.dimension = codebooks.shape().dimension();
    this.lanes = new LanePoints(dimension);
    this.scratch = new float[codebooks.shape().codewords() * POINTS];
  }

  /**
   * Codes of vectors of which none are known yet.
   *
   * @param vectors n×d, finite
   * @param seed of the random perturbations; without effect for one or two codebooks
   * @return n×M
   */
  public byte[] encode(float[] vectors, long seed) {
    return switch (books) {
      case 1 -> nearest(vectors);
      case 2 -> bestPairs(vectors);
      default -> searchLocally(vectors, beamCodes(vectors), seed);
    };
  }

  /**
   * Codes that are nowhere worse than those at hand.
   *
   * @param codes n×M; not changed
   */
  public byte[] improve(float[] vectors, byte[] codes, long seed) {
    if (codes.length != Math.multiplyExact(count(vectors), books)) {
      throw new IllegalArgumentException(
          "%d codes of %d vectors with %d codebooks"
              .formatted(codes.length, count(vectors), books));
    }
    return books <= 2
        ? encode(vectors, seed)
        : searchLocally(vectors, cheaper(vectors, codes, beamCodes(vectors)), seed);
  }

  /** Of each vector the codes with the smaller residual. */
  private byte[] cheaper(float[] vectors, byte[] first, byte[] second) {
    CodeBlock ofFirst = new CodeBlock(kernels, codebooks, tables, prices, vectors, first);
    CodeBlock ofSecond = new CodeBlock(kernels, codebooks, tables, prices, vectors, second);
    byte[] cheaper = first.clone();
    for (int i = 0; i < count(vectors); i++) {
      if (ofSecond.cost(i) < ofFirst.cost(i)) {
        System.arraycopy(second, i * books, cheaper, i * books, books);
      }
    }
    return cheaper;
  }

  private byte[] beamCodes(float[] vectors) {
    BeamSearch beam = new BeamSearch(kernels, codebooks, tables, params.beam());
    int count = count(vectors);
    byte[] codes = new byte[Math.multiplyExact(count, books)];
    for (int from = 0; from < count; from += POINTS) {
      int size = fill(vectors, from);
      beam.search(lanes, size, codes, from * books);
    }
    return codes;
  }

  private int count(float[] vectors) {
    if (vectors.length % dimension != 0) {
      throw new IllegalArgumentException(
          "%d values are no vectors of %d".formatted(vectors.length, dimension));
    }
    return vectors.length / dimension;
  }

  private byte[] nearest(float[] vectors) {
    byte[] codes = new byte[count(vectors)];
    for (int from = 0; from < codes.length; from += POINTS) {
      int size = fill(vectors, from);
      kernels.nearest(tables[0], lanes.transposed(), scratch, nearest);
      for (int p = 0; p < size; p++) {
        codes[from + p] = (byte) nearest[p];
      }
    }
    return codes;
  }

  private byte[] bestPairs(float[] vectors) {
    PairSearch pairs = new PairSearch(kernels, codebooks, tables);
    int count = count(vectors);
    byte[] codes = new byte[2 * count];
    for (int from = 0; from < count; from += POINTS) {
      int size = fill(vectors, from);
      pairs.bestFirst(lanes, nearest);
      for (int p = 0; p < size; p++) {
        codes[2 * (from + p)] = (byte) nearest[p];
        lanes.subtract(p, codebooks.values(), codebooks.offset(0, nearest[p]));
      }
      kernels.nearest(tables[1], lanes.transposed(), scratch, nearest);
      for (int p = 0; p < size; p++) {
        codes[2 * (from + p) + 1] = (byte) nearest[p];
      }
    }
    return codes;
  }

  private int fill(float[] vectors, int from) {
    int size = Math.min(POINTS, count(vectors) - from);
    for (int p = 0; p < size; p++) {
      lanes.put(p, vectors, (from + p) * dimension);
    }
    lanes.clearFrom(size);
    return size;
  }

  private byte[] searchLocally(float[] vectors, byte[] codes, long seed) {
    byte[] improved = codes.clone();
    SplittableRandom seeds = new SplittableRandom(seed);
    for (int from = 0; from < count(vectors); from += BLOCK) {
      int to = Math.min(from + BLOCK, count(vectors));
      byte[] best = Arrays.copyOfRange(codes, from * books, to * books);
      searchBlock(
          Arrays.copyOfRange(vectors, from * dimension, to * dimension), best, seeds.split());
      System.arraycopy(best, 0, improved, from * books, best.length);
    }
    return improved;
  }

  private void searchBlock(float[] vectors, byte[] best, SplittableRandom random) {
    CodeBlock block = new CodeBlock(kernels, codebooks, tables, prices, vectors, best);
    float[] bestCosts = new float[best.length / books];
    for (int i = 0; i < bestCosts.length; i++) {
      bestCosts[i] = block.cost(i);
    }
    block.descend(params.sweeps(), random);
    keepCheaper(block, best, bestCosts);
    for (int round = 0; round < params.rounds(); round++) {
      block.restart(best, Math.min(params.perturbed(), books), random);
      block.descend(params.sweeps(), random);
      keepCheaper(block, best, bestCosts);
    }
  }

  private void keepCheaper(CodeBlock block, byte[] best, float[] bestCosts) {
    for (int i = 0; i < bestCosts.length; i++) {
      float cost = block.cost(i);
      if (cost < bestCosts[i]) {
        bestCosts[i] = cost;
        System.arraycopy(block.codes(), i * books, best, i * books, books);
      }
    }
  }
}
