package org.zoopress.method.secondorder;

import java.util.Arrays;
import org.zoopress.coding.ColumnLayout;
import org.zoopress.method.additive.CodeRates;
import org.zoopress.method.additive.CodeSearch;
import org.zoopress.method.additive.CodeShape;
import org.zoopress.method.additive.CodeStream;
import org.zoopress.method.additive.Codebooks;
import org.zoopress.tensor.Shape;

/**
 * Quantizes a layer block after block of columns to sums of codewords; each block makes good what
 * those before it did wrong.
 *
 * <p>Codes are searched for in the metric of their block by bringing the codebooks into it: C·A of
 * {@link BlockProblem} for all the outputs of a group, so that distances are Euclidean again and
 * {@link CodeSearch} is what it is elsewhere. That takes M·K·d² operations a block and group.
 *
 * <p>Layers with few columns a frequency or kernel, which would be filled up with much, are left to
 * {@link LayerQuantizer}.
 */
public final class AdditiveQuantizer implements LayerCoder {
  /** Columns, about, whose feedback from the columns before them is computed in one product. */
  private static final int TOGETHER = 64;

  /** The first with prices from the use of all layers, the next from that of the layer itself. */
  private static final int PASSES = 2;

  /** Codes of a layer that the use in all layers is worth; {@link CodeStream} tries several. */
  private static final double CONFIDENCE = 64;

  private static final BlockObserver UNOBSERVED = (aims, metric, size, codes) -> {};

  private final NetworkCodebooks codebooks;
  private final AdditiveSettings settings;

  AdditiveQuantizer(NetworkCodebooks codebooks, AdditiveSettings settings) {
    this.codebooks = codebooks;
    this.settings = settings;
  }

  /** As they are stored. */
  public NetworkCodebooks codebooks() {
    return codebooks;
  }

  AdditiveSettings settings() {
    return settings;
  }

  /** What a block's vectors were when they were quantized. */
  @FunctionalInterface
  interface BlockObserver {
    /**
     * @param aims τ·A, n×d
     * @param metric A
     * @param size columns of the block, at most d
     * @param codes n×M
     */
    void block(float[] aims, double[] metric, int size, byte[] codes);
  }

  @Override
  public CodedLayer quantize(LayerProblem problem, LayerSettings settings) {
    return quantize(problem, settings, UNOBSERVED);
  }

  /**
   * Whether a layer gets codewords; without {@link LayerQuantizer} has it.
   *
   * @param shape of its weight, outputs first
   */
  public static boolean takes(Shape shape, AdditiveSettings settings) {
    return blocks(shape, settings).fits();
  }

  static BlockLayout blocks(LayerProblem problem, AdditiveSettings settings) {
    return blocks(problem.shape(), settings);
  }

  private static BlockLayout blocks(Shape shape, AdditiveSettings settings) {
    ColumnLayout layout = ColumnOrder.layout(shape);
    return new BlockLayout(layout, settings.kind(), settings.shape().dimension());
  }

  CodedLayer quantize(LayerProblem problem, LayerSettings layerSettings, BlockObserver observer) {
    BlockLayout blocks = blocks(problem, settings);
    if (!blocks.fits()) {
      return LayerQuantizer.quantize(problem, layerSettings);
    }
    BlockProblem vectors = new BlockProblem(problem, layerSettings, blocks);
    CodeRates rates = codebooks.rates();
    byte[] codes = new byte[0];
    for (int pass = 1; pass <= PASSES; pass++) {
      codes = quantize(vectors, rates, pass < PASSES ? UNOBSERVED : observer);
      rates = codebooks.rates().adapted(codes, CONFIDENCE);
    }
    return new AdditiveLayer(
        problem.shape(),
        false,
        layerSettings.transform(),
        vectors.steps(),
        settings.kind(),
        codebooks,
        codes,
        rates.bits(codes));
  }

  private byte[] quantize(BlockProblem problem, CodeRates rates, BlockObserver observer) {
    BlockLayout blocks = problem.blocks();
    int outputs = problem.outputs();
    ErrorFeedback feedback = new ErrorFeedback(problem.factors(), outputs);
    double[] errors = new double[problem.targets().length];
    byte[] codes = new byte[Math.toIntExact(blocks.vectors() * settings.shape().codebooks())];
    float[] prices = rates.prices(problem.lambda());
    int first = 0;
    while (first < blocks.blocks()) {
      int last = first + 1;
      while (last < blocks.blocks() && blocks.start(last + 1) - blocks.start(first) <= TOGETHER) {
        last++;
      }
      int known = blocks.start(first);
      double[] sums = feedback.sums(errors, known, known, blocks.start(last));
      for (int block = first; block < last; block++) {
        int start = blocks.start(block);
        int end = blocks.start(block + 1);
        for (int j = start; j < end; j++) {
          feedback.add(sums, (j - known) * outputs, errors, known, start, j);
        }
        double[] ofBlock =
            Arrays.copyOfRange(sums, (start - known) * outputs, (end - known) * outputs);
        quantize(problem, block, prices, ofBlock, errors, codes, observer);
      }
      first = last;
    }
    return codes;
  }

  private void quantize(
      BlockProblem problem,
      int block,
      float[] prices,
      double[] sums,
      double[] errors,
      byte[] codes,
      BlockObserver observer) {
    int outputs = problem.outputs();
    int groupOutputs = problem.groupOutputs();
    int books = settings.shape().codebooks();
    int d = settings.shape().dimension();
    int start = problem.blocks().start(block);
    int size = problem.blocks().start(block + 1) - start;
    for (int g = 0; g < problem.factors().length; g++) {
      double[] metric = problem.metric(g, block);
      float[] aims = problem.aims(g, block, sums);
      CodeSearch search =
          new CodeSearch(inMetric(codebooks.values(), metric), prices, settings.search());
      byte[] found = search.encode(aims, settings.seed() + block);
      int firstVector = block * outputs + g * groupOutputs;
      System.arraycopy(found, 0, codes, firstVector * books, found.length);
      float[] decoded = codebooks.values().decode(found);
      for (int i = 0; i < groupOutputs; i++) {
        for (int k = 0; k < size; k++) {
          int place = (start + k) * outputs + g * groupOutputs + i;
          float value = decoded[i * d + k] * problem.scale(g, start + k);
          errors[place] = problem.targets()[place] - value;
        }
      }
      observer.block(aims, metric, size, found);
    }
  }

  /** C·A of all codewords. */
  private static Codebooks inMetric(Codebooks codebooks, double[] metric) {
    CodeShape shape = codebooks.shape();
    int d = shape.dimension();
    float[] values = new float[shape.values()];
    for (int word = 0; word < values.length; word += d) {
      for (int l = 0; l < d; l++) {
        double sum = 0;
        for (int k = 0; k <= l; k++) {
          sum += codebooks.values()[word + k] * metric[k * d + l];
        }
        values[word + l] = (float) sum;
      }
    }
    return new Codebooks(shape, values);
  }
}
