package org.zoopress.allocate;

import java.util.ArrayList;
import java.util.List;
import org.zoopress.config.Keys;
import org.zoopress.config.Settings;
import org.zoopress.method.MethodId;
import org.zoopress.method.scalar.OperatingPoint;
import org.zoopress.method.scalar.ScalarMethod;
import org.zoopress.method.scalar.ScalarParams;

/** From settings to the parameters of each method: the one place that knows both. */
final class MethodParameters {
  private MethodParameters() {}

  static EnabledMethod bind(MethodId id, Settings settings) {
    long seed = settings.get(Keys.SEED);
    return switch (id) {
      case SCALAR -> EnabledMethod.single(new ScalarMethod(), scalar(settings), seed);
      default -> throw new IllegalStateException();
    };
  }

  static EnabledMethod lossless() {
    return null;
  }

  private static ScalarParams scalar(Settings settings) {
    List<OperatingPoint> points = new ArrayList<>();
    settings.get(Keys.SCALAR_BITS).forEach(bits -> points.add(OperatingPoint.bits(bits)));
    return ScalarParams.of(points.toArray(OperatingPoint[]::new));
  }
}
