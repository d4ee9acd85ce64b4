package org.zoopress.allocate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.zoopress.coding.Trellis;
import org.zoopress.config.Keys;
import org.zoopress.config.Setting;
import org.zoopress.config.Settings;
import org.zoopress.error.UserInputException;
import org.zoopress.method.FactorType;
import org.zoopress.method.MethodId;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedId;
import org.zoopress.method.SharedObject;
import org.zoopress.method.additive.AdditiveMethod;
import org.zoopress.method.additive.AdditiveParams;
import org.zoopress.method.additive.ScaleScope;
import org.zoopress.method.dictionarypair.DictionaryPairParams;
import org.zoopress.method.dictionarypair.LearningParams;
import org.zoopress.method.dictionarypair.OperatingPoint.TargetError;
import org.zoopress.method.dictionarypair.OperatingPoint.Words;
import org.zoopress.method.dictionarypair.PerLayerKind;
import org.zoopress.method.integer.IntegerMethod;
import org.zoopress.method.integer.IntegerParams;
import org.zoopress.method.lossless.LosslessMethod;
import org.zoopress.method.lossless.LosslessParams;
import org.zoopress.method.lowranksparse.LowRankSparse;
import org.zoopress.method.lowranksparse.LowRankSparseParams;
import org.zoopress.method.lowranksparse.MatrixForm;
import org.zoopress.method.lowranksparse.OperatingPoint.QuantizedBase;
import org.zoopress.method.lowranksparse.OperatingPoint.Ratio;
import org.zoopress.method.lowranksparse.Threshold;
import org.zoopress.method.rotatedtrellis.RotatedTrellisMethod;
import org.zoopress.method.rotatedtrellis.RotatedTrellisParams;
import org.zoopress.method.scalar.OperatingPoint;
import org.zoopress.method.scalar.ScalarMethod;
import org.zoopress.method.scalar.ScalarParams;
import org.zoopress.method.scalar.StepScope;
import org.zoopress.method.tensortrain.TensorTrainMethod;
import org.zoopress.method.tensortrain.TensorTrainParams;
import org.zoopress.method.tensortrain.TrainModes;
import org.zoopress.method.tucker.TuckerMethod;
import org.zoopress.method.tucker.TuckerParams;

/** From settings to the parameters of each method: the one place that knows both. */
public final class MethodParameters {
  private MethodParameters() {}

  static EnabledMethod bind(MethodId id, Settings settings, List<SharedObject> shared) {
    long seed = settings.get(Keys.SEED);
    return switch (id) {
      case LOSSLESS -> lossless();
      case SCALAR -> EnabledMethod.single(scalarMethod(settings, shared), scalar(settings), seed);
      case DICTIONARY_PAIR -> new SharedDictionaryPair(dictionaryPair(settings), seed);
      case TUCKER -> EnabledMethod.single(new TuckerMethod(), tucker(settings), seed);
      case TENSOR_TRAIN ->
          EnabledMethod.single(new TensorTrainMethod(), tensorTrain(settings), seed);
      case ADDITIVE -> EnabledMethod.single(additiveMethod(shared), additive(settings), seed);
      case ROTATED_TRELLIS ->
          EnabledMethod.single(new RotatedTrellisMethod(), rotatedTrellis(settings), seed);
      case LOW_RANK_SPARSE ->
          EnabledMethod.single(new LowRankSparse(), lowRankSparse(settings), seed);
      case INT8, INT4 -> EnabledMethod.single(new IntegerMethod(id), IntegerParams.DEFAULT, seed);
      case SECOND_ORDER ->
          throw new UserInputException(
              "Cannot use method %s for a tensor alone: it needs a whole network. Leave it out of --methods."
                  .formatted(id.label()));
    };
  }

  private static ScalarMethod scalarMethod(Settings settings, List<SharedObject> shared) {
    return wantsKernelTransforms(settings) ? new ScalarMethod(shared) : new ScalarMethod();
  }

  static boolean wantsKernelTransforms(Settings settings) {
    return settings.get(Keys.METHODS).contains(MethodId.SCALAR)
        && settings.get(Keys.SCALAR_TRANSFORM).equals("auto")
        && scalar(settings).points().stream().anyMatch(ScalarMethod::mayTransform);
  }

  static EnabledMethod lossless() {
    return EnabledMethod.single(new LosslessMethod(), LosslessParams.DEFAULT, 0);
  }

  private static ScalarParams scalar(Settings settings) {
    List<OperatingPoint> points = new ArrayList<>();
    settings.get(Keys.SCALAR_BITS).forEach(bits -> points.add(OperatingPoint.bits(bits)));
    settings.get(Keys.SCALAR_STEP).forEach(step -> points.add(OperatingPoint.step(step)));
    settings
        .get(Keys.SCALAR_RELATIVE_STEP)
        .forEach(step -> points.add(OperatingPoint.relativeStep(step)));
    Trellis trellis =
        switch (settings.get(Keys.SCALAR_TRELLIS)) {
          case "1" -> Trellis.NONE;
          case "4" -> Trellis.STATES_4;
          case "8" -> Trellis.STATES_8;
          case "128" -> Trellis.STATES_128;
          default -> Trellis.STATES_32;
        };
    StepScope scope =
        settings.get(Keys.SCALAR_GRANULARITY).equals("channel")
            ? StepScope.PER_CHANNEL
            : StepScope.PER_TENSOR;
    return new ScalarParams(points, scope, trellis, settings.get(Keys.SCALAR_RATE_WEIGHT));
  }

  private static DictionaryPairParams dictionaryPair(Settings settings) {
    List<org.zoopress.method.dictionarypair.OperatingPoint> points = new ArrayList<>();
    settings.get(Keys.DICTIONARY_PAIR_ERRORS).forEach(error -> points.add(new TargetError(error)));
    settings
        .get(Keys.DICTIONARY_PAIR_WORDS)
        .forEach(words -> points.add(new Words(new PerLayerKind(words, words, words))));
    if (automatic(settings, Keys.DICTIONARY_PAIR_FACTORS) && !points.isEmpty()) {
      points.add(new org.zoopress.method.dictionarypair.OperatingPoint.Exact());
    }
    int rows = settings.get(Keys.DICTIONARY_PAIR_BLOCK_ROWS);
    LearningParams learning =
        new LearningParams(
            settings.get(Keys.DICTIONARY_PAIR_TAU),
            settings.get(Keys.DICTIONARY_PAIR_GAMMA),
            LearningParams.DEFAULT.rhoGrowth(),
            settings.get(Keys.DICTIONARY_PAIR_MAX_OUTER),
            LearningParams.DEFAULT.tolerance());
    return new DictionaryPairParams(
        rows == 0 ? DictionaryPairParams.PAPER_BLOCK_ROWS : new PerLayerKind(rows, rows, rows),
        points,
        factorTypes(settings, Keys.DICTIONARY_PAIR_FACTORS),
        learning,
        settings.get(Keys.DICTIONARY_PAIR_SHARED_LAYERS));
  }

  private static TuckerParams tucker(Settings settings) {
    List<org.zoopress.method.tucker.OperatingPoint> points = new ArrayList<>();
    settings
        .get(Keys.TUCKER_RATIOS)
        .forEach(ratio -> points.add(new org.zoopress.method.tucker.OperatingPoint.Ratio(ratio)));
    settings
        .get(Keys.TUCKER_ERRORS)
        .forEach(
            error -> points.add(new org.zoopress.method.tucker.OperatingPoint.TargetError(error)));
    settings
        .get(Keys.TUCKER_RANKS)
        .forEach(rule -> points.add(new org.zoopress.method.tucker.OperatingPoint.Evidence()));
    if (automatic(settings, Keys.TUCKER_FACTORS) && !points.isEmpty()) {
      points.add(new org.zoopress.method.tucker.OperatingPoint.Exact());
    }
    return new TuckerParams(
        points, factorTypes(settings, Keys.TUCKER_FACTORS), settings.get(Keys.TUCKER_FORMAT));
  }

  private static TensorTrainParams tensorTrain(Settings settings) {
    List<org.zoopress.method.tensortrain.OperatingPoint> points = new ArrayList<>();
    settings
        .get(Keys.TENSOR_TRAIN_RATIOS)
        .forEach(
            ratio -> points.add(new org.zoopress.method.tensortrain.OperatingPoint.Ratio(ratio)));
    settings
        .get(Keys.TENSOR_TRAIN_ERRORS)
        .forEach(
            error ->
                points.add(new org.zoopress.method.tensortrain.OperatingPoint.TargetError(error)));
    if (automatic(settings, Keys.TENSOR_TRAIN_FACTORS) && !points.isEmpty()) {
      points.add(new org.zoopress.method.tensortrain.OperatingPoint.Exact());
    }
    TrainModes modes =
        settings.get(Keys.TENSOR_TRAIN_MODES).equals("auto") ? TrainModes.FIVE : TrainModes.THREE;
    return new TensorTrainParams(modes, points, factorTypes(settings, Keys.TENSOR_TRAIN_FACTORS));
  }

  /** Integers, which need the fewest bytes at any error; floating types come with exact points. */
  private static List<FactorType> factorTypes(Settings settings, Setting<String> key) {
    return List.of(
        automatic(settings, key)
            ? FactorType.INTEGER
            : FactorType.valueOf(settings.get(key).toUpperCase(Locale.ROOT)));
  }

  private static boolean automatic(Settings settings, Setting<String> key) {
    return settings.get(key).equals("auto");
  }

  private static AdditiveMethod additiveMethod(List<SharedObject> shared) {
    List<SharedId> codebooks =
        shared.stream()
            .filter(object -> object.kind() == SharedObject.Kind.CODEBOOKS)
            .map(SharedObject::id)
            .toList();
    return new AdditiveMethod(SharedFactors.of(shared), codebooks);
  }

  /** Those of additive quantization. */
  public static AdditiveParams additive(Settings settings) {
    ScaleScope scale =
        settings.get(Keys.ADDITIVE_SCALE).equals("channel")
            ? ScaleScope.PER_CHANNEL
            : ScaleScope.PER_TENSOR;
    return new AdditiveParams(
        settings.get(Keys.ADDITIVE_CODEBOOKS),
        Integer.parseInt(settings.get(Keys.ADDITIVE_CODEWORDS)),
        settings.get(Keys.ADDITIVE_DIMENSION),
        scale,
        automatic(settings, Keys.ADDITIVE_FACTORS)
            ? List.of(FactorType.INTEGER, FactorType.F16, FactorType.F32)
            : factorTypes(settings, Keys.ADDITIVE_FACTORS),
        AdditiveParams.DEFAULT.training().withIterations(settings.get(Keys.ADDITIVE_ITERATIONS)),
        AdditiveParams.DEFAULT.search());
  }

  private static RotatedTrellisParams rotatedTrellis(Settings settings) {
    return new RotatedTrellisParams(
        settings.get(Keys.ROTATED_TRELLIS_BITS),
        Integer.parseInt(settings.get(Keys.ROTATED_TRELLIS_STATES)));
  }

  private static LowRankSparseParams lowRankSparse(Settings settings) {
    List<org.zoopress.method.lowranksparse.OperatingPoint> points = new ArrayList<>();
    settings.get(Keys.LOW_RANK_SPARSE_RATIOS).forEach(ratio -> points.add(new Ratio(ratio)));
    for (double error : settings.get(Keys.LOW_RANK_SPARSE_ERRORS)) {
      points.add(new org.zoopress.method.lowranksparse.OperatingPoint.TargetError(error));
    }
    for (double bits : settings.get(Keys.LOW_RANK_SPARSE_BASE_BITS)) {
      points.add(
          new QuantizedBase(
              bits,
              settings.get(Keys.LOW_RANK_SPARSE_OUTLIERS),
              settings.get(Keys.LOW_RANK_SPARSE_REPAIR_RANK)));
    }
    if (automatic(settings, Keys.LOW_RANK_SPARSE_FACTORS) && !points.isEmpty()) {
      points.add(new org.zoopress.method.lowranksparse.OperatingPoint.Exact());
    }
    return new LowRankSparseParams(
        points,
        settings.get(Keys.LOW_RANK_SPARSE_RANK_SHARES),
        factorTypes(settings, Keys.LOW_RANK_SPARSE_FACTORS),
        Threshold.valueOf(settings.get(Keys.LOW_RANK_SPARSE_THRESHOLD).toUpperCase(Locale.ROOT)),
        MatrixForm.valueOf(settings.get(Keys.LOW_RANK_SPARSE_FORM).toUpperCase(Locale.ROOT)));
  }
}
