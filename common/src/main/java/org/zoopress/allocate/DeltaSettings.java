package org.zoopress.allocate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.zoopress.config.Keys;
import org.zoopress.config.Setting;
import org.zoopress.config.Settings;
import org.zoopress.config.SettingsSource;
import org.zoopress.method.MethodId;

/**
 * The settings under which a difference D = W − B̂ is solved, so that its operating points reach
 * the errors that they would reach on W: what counts is ‖D − D̂‖² against ‖W‖², not ‖D‖².
 *
 * <p>A quantization step gives about the same error whatever is quantized, so relative steps become
 * absolute ones with the root mean square σ of W, and a size of b bits becomes the step that takes
 * about b bits on W, σ · 2^(1−b), and finer ones beside it. Target errors grow by ‖W‖²/‖D‖²; those
 * that reach 1 are met by a copy of the base. All other points stay as they are.
 */
final class DeltaSettings {
  /** Finer steps beside one from a size: the errors of base and difference must not add up. */
  private static final double[] REFINEMENTS = {1, 0.84, 0.71, 0.5};

  /** Of larger steps every value that they are given becomes zero. */
  private static final double LARGEST_STEP = 4;

  private static final double LARGEST_SETTING = 1e6;

  private static final Map<MethodId, List<Setting<? extends List<?>>>> POINTS =
      Map.of(
          MethodId.SCALAR,
          List.of(Keys.SCALAR_STEP),
          MethodId.DICTIONARY_PAIR,
          List.of(Keys.DICTIONARY_PAIR_ERRORS, Keys.DICTIONARY_PAIR_WORDS),
          MethodId.TUCKER,
          List.of(Keys.TUCKER_RATIOS, Keys.TUCKER_ERRORS, Keys.TUCKER_RANKS),
          MethodId.TENSOR_TRAIN,
          List.of(Keys.TENSOR_TRAIN_RATIOS, Keys.TENSOR_TRAIN_ERRORS),
          MethodId.LOW_RANK_SPARSE,
          List.of(
              Keys.LOW_RANK_SPARSE_RATIOS,
              Keys.LOW_RANK_SPARSE_ERRORS,
              Keys.LOW_RANK_SPARSE_BASE_BITS));

  private static final List<Setting<List<Double>>> ERRORS =
      List.of(
          Keys.DICTIONARY_PAIR_ERRORS,
          Keys.TUCKER_ERRORS,
          Keys.TENSOR_TRAIN_ERRORS,
          Keys.LOW_RANK_SPARSE_ERRORS);

  private DeltaSettings() {}

  /**
   * @param weights values of W
   * @param difference values of D, not all zero
   * @return empty if a copy of the base reaches every operating point
   */
  static Optional<Settings> of(Settings settings, float[] weights, float[] difference) {
    double norm = squaredNorm(weights);
    double ratio = norm / squaredNorm(difference);
    Map<String, String> texts = new TreeMap<>(settings.resolved());
    texts.put(Keys.SCALAR_BITS.key(), "");
    texts.put(Keys.SCALAR_RELATIVE_STEP.key(), "");
    texts.put(
        Keys.SCALAR_STEP.key(),
        text(steps(settings, Math.sqrt(norm / weights.length), largest(difference))));
    for (Setting<List<Double>> errors : ERRORS) {
      texts.put(
          errors.key(),
          text(settings.get(errors).stream().map(e -> e * ratio).filter(e -> e < 1).toList()));
    }
    List<String> methods = new ArrayList<>();
    for (MethodId method : settings.get(Keys.METHODS)) {
      if (method.solvesNetworks()) {
        continue;
      }
      if (POINTS.getOrDefault(method, List.of()).isEmpty()
          || POINTS.get(method).stream().anyMatch(key -> !texts.get(key.key()).isEmpty())) {
        methods.add(method.label());
      }
    }
    if (methods.isEmpty()) {
      return Optional.empty();
    }
    texts.put(Keys.METHODS.key(), String.join(",", methods));
    List<String> assignments = new ArrayList<>();
    texts.forEach((key, text) -> assignments.add(key + "=" + text));
    return Optional.of(Settings.of(SettingsSource.ofAssignments(assignments)));
  }

  private static TreeSet<Double> steps(Settings settings, double sigma, double largest) {
    TreeSet<Double> steps = new TreeSet<>(settings.get(Keys.SCALAR_STEP));
    settings.get(Keys.SCALAR_RELATIVE_STEP).forEach(step -> steps.add(step * sigma));
    for (double bits : settings.get(Keys.SCALAR_BITS)) {
      for (double refinement : REFINEMENTS) {
        steps.add(refinement * sigma * StrictMath.pow(2, 1 - bits));
      }
    }
    steps.removeIf(step -> !(step > 0 && step < LARGEST_SETTING && step < LARGEST_STEP * largest));
    return steps;
  }

  private static String text(Iterable<Double> values) {
    List<String> texts = new ArrayList<>();
    values.forEach(value -> texts.add(Double.toString(value)));
    return String.join(",", texts);
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static double squaredNorm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum;
  }
}
