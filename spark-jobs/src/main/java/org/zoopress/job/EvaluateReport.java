package org.zoopress.job;

import java.util.List;

/** Accuracy before and after; {@code skipped} names the models that were not evaluated and why. */
public record EvaluateReport(String runId, List<Evaluation> evaluations, List<Skipped> skipped) {

  /**
   * @param correctBefore right answers of the original among {@code samples}
   * @param agreement share of samples on which both networks give the same class, 0 to 1
   * @param kl mean Kullback–Leibler divergence of the restored network's output distribution from
   *     the original's, nats
   */
  public record Evaluation(
      String model,
      String dataset,
      long samples,
      long correctBefore,
      long correctAfter,
      double top1Before,
      double top1After,
      double agreement,
      double kl) {}

  /** A model that was not evaluated, with the reason. */
  public record Skipped(String model, String reason) {}
}
