package org.zoopress.allocate;

import java.util.ArrayList;
import java.util.List;
import org.zoopress.coding.Trellis;
import org.zoopress.config.Keys;
import org.zoopress.config.Settings;
import org.zoopress.error.UserInputException;
import org.zoopress.method.MethodId;
import org.zoopress.method.integer.IntegerMethod;
import org.zoopress.method.integer.IntegerParams;
import org.zoopress.method.lossless.LosslessMethod;
import org.zoopress.method.lossless.LosslessParams;
import org.zoopress.method.scalar.OperatingPoint;
import org.zoopress.method.scalar.ScalarMethod;
import org.zoopress.method.scalar.ScalarParams;
import org.zoopress.method.scalar.StepScope;

/** From settings to the parameters of each method: the one place that knows both. */
final class MethodParameters {
  private MethodParameters() {}

  static EnabledMethod bind(MethodId id, Settings settings) {
    long seed = settings.get(Keys.SEED);
    return switch (id) {
      case LOSSLESS -> lossless();
      case SCALAR -> EnabledMethod.single(new ScalarMethod(), scalar(settings), seed);
      case INT8, INT4 -> EnabledMethod.single(new IntegerMethod(id), IntegerParams.DEFAULT, seed);
      default ->
          throw new UserInputException(
              "Cannot use method %s: this version does not have it yet. Leave it out of --methods."
                  .formatted(id.label()));
    };
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
          default -> Trellis.STATES_8;
        };
    StepScope scope =
        settings.get(Keys.SCALAR_GRANULARITY).equals("channel")
            ? StepScope.PER_CHANNEL
            : StepScope.PER_TENSOR;
    return new ScalarParams(points, scope, trellis, settings.get(Keys.SCALAR_RATE_WEIGHT));
  }
}
