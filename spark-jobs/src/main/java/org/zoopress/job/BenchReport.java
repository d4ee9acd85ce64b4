package org.zoopress.job;

import java.util.List;
import java.util.Optional;

/**
 * Rate, error and accuracy of every method at every budget, as stored.
 *
 * @param rows by model, method and falling budget
 * @param comparisons a line a model: all methods together against each alone; empty if there is
 *     only one method
 * @param files what was written to the folder that was asked for
 * @param seconds wall time of this attempt
 */
public record BenchReport(
    List<Row> rows, List<Comparison> comparisons, List<String> files, double seconds) {

  /** Name of all methods together where that of a method stands. */
  public static final String ALL_METHODS = "all methods";

  /**
   * @param model empty if no run says which models there are
   * @param method label, or {@link #ALL_METHODS}
   * @param budgetBits the target, bits per weight
   * @param status {@code ok}, {@code failed}, or {@code unreachable} if the method cannot meet the
   *     budget
   * @param storedBytes bytes of payloads that the model refers to; as the next three, meaningless
   *     unless ok
   * @param relativeError ‖W−Ŵ‖²/‖W‖² over the tensors that lossy methods may touch
   * @param underBudget share of the budget that is left, 0 to 1
   * @param evaluation on one data set; a model with several has a row each
   * @param reason why it is not ok, or why it was not evaluated; else empty
   */
  public record Row(
      String model,
      String method,
      double budgetBits,
      String status,
      long storedBytes,
      double bitsPerWeight,
      double ratio,
      double relativeError,
      double underBudget,
      Optional<EvaluateReport.Evaluation> evaluation,
      String reason) {

    /** Whether there are figures. */
    public boolean ok() {
      return status.equals("ok");
    }
  }

  /**
   * Whether all methods together have at most the error of each method alone.
   *
   * @param budgets budgets that all methods together and at least one alone can meet
   * @param dominated how many of them hold it
   * @param exceptions where not, with both errors
   */
  public record Comparison(String model, int budgets, int dominated, List<String> exceptions) {}
}
