package org.zoopress.method.secondorder;

import java.util.Arrays;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.method.additive.CodeRates;
import org.zoopress.method.additive.CodeShape;
import org.zoopress.method.additive.CodebookTrainer;
import org.zoopress.method.additive.Codebooks;
import org.zoopress.method.additive.NormalEquations;

/**
 * Makes the codebooks of a network, layer by layer, so that no more than one layer's second moments
 * need be at hand: first from the targets of all layers ({@link #add}, {@link #start}), then in
 * rounds from what the vectors of the layers are when errors have been fed back ({@link #round}).
 */
public final class AdditiveTraining {
  /** Targets to start from; of more, a random choice. */
  private static final int MOST_TARGETS = 1 << 16;

  /** A vector of mean weight counts so often in the fit of the codebooks, another by its weight. */
  private static final int MEAN_COUNT = 4;

  private static final int MOST_COUNT = 32;

  private final AdditiveSettings settings;
  private final VectorSample targets;
  private double weights;
  private double lambdas;
  private long vectors;

  /** No layers yet. */
  public AdditiveTraining(AdditiveSettings settings) {
    this.settings = settings;
    this.targets = new VectorSample(settings.shape().dimension(), MOST_TARGETS, settings.seed());
  }

  /** A layer and how it is to be quantized. */
  public record Layer(LayerProblem problem, LayerSettings settings) {}

  /**
   * Codebooks for layers that can be had again and again.
   *
   * @param layers in an order that does not change; at least one with vectors of that length
   */
  public static AdditiveQuantizer train(Iterable<Layer> layers, AdditiveSettings settings) {
    AdditiveTraining training = new AdditiveTraining(settings);
    layers.forEach(layer -> training.add(layer.problem(), layer.settings()));
    AdditiveQuantizer quantizer = training.start();
    for (int i = 0; i < settings.rounds(); i++) {
      Round round = training.round(quantizer);
      layers.forEach(layer -> round.quantize(layer.problem(), layer.settings()));
      quantizer = round.next();
    }
    return quantizer;
  }

  /** Adds the targets of a layer. */
  public void add(LayerProblem problem, LayerSettings layerSettings) {
    BlockLayout blocks = AdditiveQuantizer.blocks(problem, settings);
    if (!blocks.fits()) {
      return;
    }
    BlockProblem layer = new BlockProblem(problem, layerSettings, blocks);
    double[] noErrors = new double[layer.outputs() * blocks.dimension()];
    for (int block = 0; block < blocks.blocks(); block++) {
      int size = blocks.start(block + 1) - blocks.start(block);
      for (int g = 0; g < layer.factors().length; g++) {
        double[] metric = layer.metric(g, block);
        float[] aims = layer.aims(g, block, noErrors);
        targets.add(MetricVectors.solve(aims, metric, size, new float[aims.length]));
        weights += layer.groupOutputs() * BlockProblem.weight(metric, size);
        lambdas += layer.groupOutputs() * layer.lambda();
        vectors += layer.groupOutputs();
      }
    }
  }

  /**
   * Codebooks for the targets.
   *
   * @throws IllegalStateException if no layer has vectors of that length
   */
  public AdditiveQuantizer start() {
    if (vectors == 0) {
      throw new IllegalStateException(
          "no layer has vectors of %d numbers".formatted(settings.shape().dimension()));
    }
    float[] sample = targets.vectors();
    CodebookTrainer trainer =
        new CodebookTrainer(settings.shape(), AdditiveSettings.START.withLambda(bitWorth()));
    Codebooks trained = trainer.train(sample, settings.seed());
    CodeShape shape = settings.shape();
    long[] uniform = new long[shape.totalCodewords()];
    Arrays.fill(uniform, 1);
    return quantizer(trained, uniform, 1);
  }

  /** λ of vectors of mean weight. */
  private double bitWorth() {
    return lambdas / Math.max(Double.MIN_NORMAL, weights);
  }

  private AdditiveQuantizer quantizer(Codebooks codebooks, long[] occurrences, double worth) {
    double error = worth * bitWorth() / (2 * Math.log(2));
    double step = codebooks.storedStep(error, vectors);
    return new AdditiveQuantizer(NetworkCodebooks.of(codebooks, occurrences, step), settings);
  }

  /** A coder that also learns from each layer what codebooks would fit it better. */
  public Round round(AdditiveQuantizer quantizer) {
    return round(quantizer, 1);
  }

  /**
   * The same at another rate.
   *
   * @param worth rate weight with which layers will be quantized, in units of the one with which
   *     they were added; positive or zero
   */
  public Round round(AdditiveQuantizer quantizer, double worth) {
    return new Round(quantizer, worth);
  }

  /** One pass over the network. */
  public final class Round implements LayerCoder {
    private final AdditiveQuantizer quantizer;
    private final double worth;
    private final NormalEquations equations;
    private final long[] occurrences;

    private Round(AdditiveQuantizer quantizer, double worth) {
      this.quantizer = quantizer;
      this.worth = worth;
      this.equations = new NormalEquations(settings.shape());
      this.occurrences = new long[settings.shape().totalCodewords()];
    }

    @Override
    public CodedLayer quantize(LayerProblem problem, LayerSettings layerSettings) {
      return quantizer.quantize(problem, layerSettings, this::learn);
    }

    private void learn(float[] aims, double[] metric, int size, byte[] codes) {
      float[] decoded = quantizer.codebooks().values().decode(codes);
      float[] met = MetricVectors.solve(aims, metric, size, decoded);
      double relative = BlockProblem.weight(metric, size) * vectors / weights;
      long count = Math.max(1, Math.min(MOST_COUNT, Math.round(MEAN_COUNT * relative)));
      for (int i = 0; i < count; i++) {
        equations.add(met, codes);
      }
      long[] found = CodeRates.occurrences(settings.shape(), codes);
      for (int i = 0; i < found.length; i++) {
        occurrences[i] += found[i];
      }
    }

    /** The codebooks that fit best what was met. */
    public AdditiveQuantizer next() {
      return AdditiveTraining.this.quantizer(
          equations.solve(LinearAlgebra.get()), occurrences, worth);
    }
  }
}
