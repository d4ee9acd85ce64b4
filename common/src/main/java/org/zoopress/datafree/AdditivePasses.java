package org.zoopress.datafree;

import java.util.Map;
import java.util.Optional;
import org.zoopress.method.secondorder.AdditiveQuantizer;
import org.zoopress.method.secondorder.AdditiveSettings;
import org.zoopress.method.secondorder.AdditiveTraining;
import org.zoopress.method.secondorder.LayerCoder;
import org.zoopress.method.secondorder.LayerSettings;
import org.zoopress.method.secondorder.StoredMember;

/**
 * Passes to sums of codewords.
 *
 * <p>Codebooks are trained for the first step: a pass to points adds the targets of the layers,
 * further ones are the rounds of {@link AdditiveTraining} but the last. That last round is made at
 * each step, from the same codebooks, and a pass with what it leaves is the result: two passes a
 * step.
 *
 * <p>Scales of the vectors stay those of the first step, so that the codebooks go on fitting; a
 * larger step shows in what a bit is worth, which grows with its square. Layers whose shape does
 * not suit vectors get points of the step itself.
 */
final class AdditivePasses implements Passes {
  /**
   * Octaves of the step around the first. Codes take M log₂ K bits at most, however small the step:
   * so far below nothing changes but the layers of points.
   */
  private static final double SPAN = 4;

  private final PreparedNetwork prepared;
  private final Map<String, StoredMember> exact;
  private final AdditiveSettings settings;
  private final double first;
  private final Progress progress;
  private final AdditiveTraining training;
  private Optional<AdditiveQuantizer> trained = Optional.empty();

  /**
   * @param exact a member for each weight of the network, that of the original
   * @param settings of {@link #codewords}
   * @param first log₂ of the step that codebooks are trained for
   */
  AdditivePasses(
      PreparedNetwork prepared,
      Map<String, StoredMember> exact,
      AdditiveSettings settings,
      double first,
      Progress progress) {
    this.prepared = prepared;
    this.exact = exact;
    this.settings = settings;
    this.first = first;
    this.progress = progress;
    this.training = new AdditiveTraining(settings);
  }

  /** The codewords that a network gets; none without them in its settings or a layer for them. */
  static Optional<AdditiveSettings> codewords(PreparedNetwork prepared) {
    NetworkView view = prepared.view();
    return prepared
        .settings()
        .codewords()
        .filter(
            settings ->
                view.layers().stream()
                    .filter(layer -> !prepared.keep().contains(layer.weight()))
                    .map(view::outputsFirstShape)
                    .anyMatch(shape -> AdditiveQuantizer.takes(shape, settings)));
  }

  @Override
  public double first() {
    return first;
  }

  @Override
  public StepSearch.Range range() {
    double weight = prepared.settings().rateWeight();
    double octaves = Math.log(LayerSettings.MOST_RATE_WEIGHT / weight) / Math.log(4);
    return new StepSearch.Range(first - SPAN, first + Math.min(SPAN, octaves));
  }

  @Override
  public SequentialPass.Result run(double logStep) {
    if (trained.isEmpty()) {
      trained = Optional.of(train());
    }
    AdditiveTraining.Round round = training.round(trained.get(), worth(logStep));
    pass(round, logStep);
    return pass(round.next(), logStep);
  }

  private AdditiveQuantizer train() {
    LayerCoder adding =
        (problem, layer) -> {
          training.add(problem, layer);
          return LayerCoder.SCALAR.quantize(problem, layer);
        };
    pass(adding, first, adding);
    progress.step("codebooks", 1, settings.rounds());
    AdditiveQuantizer quantizer = training.start();
    for (int i = 1; i < settings.rounds(); i++) {
      AdditiveTraining.Round round = training.round(quantizer);
      pass(round, first);
      quantizer = round.next();
      progress.step("codebooks", i + 1, settings.rounds());
    }
    return quantizer;
  }

  /** What a bit is worth, in units of what it is at the first step. */
  private double worth(double logStep) {
    return Math.pow(4, logStep - first);
  }

  private SequentialPass.Result pass(LayerCoder codewords, double logStep) {
    double scale = Math.pow(2, first - logStep);
    double most = LayerSettings.MOST_RATE_WEIGHT;
    LayerCoder ofFirstStep =
        (problem, layer) ->
            codewords.quantize(
                problem,
                layer
                    .withStep(layer.step() * scale)
                    .withRateWeight(Math.min(most, layer.rateWeight() * worth(logStep))));
    return pass(ofFirstStep, logStep, LayerCoder.SCALAR);
  }

  private SequentialPass.Result pass(LayerCoder codewords, double logStep, LayerCoder points) {
    LayerCoder coder =
        (problem, layer) ->
            (AdditiveQuantizer.takes(problem.shape(), settings) ? codewords : points)
                .quantize(problem, layer);
    return new SequentialPass(prepared, exact, Math.pow(2, logStep), coder, progress).run();
  }

  @Override
  public String operatingPoint(double logStep) {
    return "additive %s, %s"
        .formatted(settings.shape().text(), Passes.super.operatingPoint(logStep));
  }
}
