package org.zoopress.job;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.zoopress.config.Keys;
import org.zoopress.config.Settings;
import org.zoopress.config.SettingsSource;
import org.zoopress.config.SettingsSource.Value;
import org.zoopress.config.TargetScope;
import org.zoopress.method.MethodId;

/**
 * One of the runs of a bench.
 *
 * @param runId {@code bench-<method>-<bits>}, so that the same command finds it again
 * @param method label, or {@link BenchReport#ALL_METHODS}
 * @param bits budget of each model in stored bits per weight
 */
record BenchRun(String runId, String method, double bits, Settings settings) {

  /**
   * All runs; those of all methods together first, since they solve what the others choose from.
   */
  static List<BenchRun> of(BenchRequest request) {
    List<BenchRun> runs = new ArrayList<>();
    if (request.methods().size() > 1) {
      for (double bits : request.bits()) {
        runs.add(of(request, "all", BenchReport.ALL_METHODS, request.methods(), bits));
      }
    }
    for (MethodId method : request.methods()) {
      for (double bits : request.bits()) {
        runs.add(of(request, method.label(), method.label(), List.of(method), bits));
      }
    }
    return runs;
  }

  private static BenchRun of(
      BenchRequest request, String id, String name, List<MethodId> methods, double bits) {
    String text = number(bits);
    Settings settings =
        request
            .settings()
            .with(
                new SettingsSource(
                    List.of(
                        new Value(
                            Keys.METHODS.key(),
                            methods.stream().map(MethodId::label).collect(Collectors.joining(",")),
                            "bench"),
                        new Value(Keys.TARGET_BITS.key(), text, "bench --bits"),
                        new Value(Keys.TARGET_SCOPE.key(), TargetScope.MODEL.label(), "bench"))));
    return new BenchRun("bench-%s-%s".formatted(id, text), name, bits, settings);
  }

  /** Whole numbers without a decimal point. */
  static String number(double bits) {
    return bits == Math.rint(bits) ? Long.toString((long) bits) : Double.toString(bits);
  }
}
