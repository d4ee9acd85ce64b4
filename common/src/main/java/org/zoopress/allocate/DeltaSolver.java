package org.zoopress.allocate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zoopress.config.Settings;
import org.zoopress.delta.Difference;
import org.zoopress.method.Factors;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedObject;
import org.zoopress.method.SolveContext;
import org.zoopress.payload.Payload;
import org.zoopress.payload.Payload.Kind;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.WeightPartition;

/**
 * Solves a weight partition as its difference to what a relative is restored to, by every enabled
 * method; see {@link org.zoopress.delta}. Errors are those of the partition itself, measured on the
 * decoded payload added to the base.
 */
public final class DeltaSolver {
  /** In {@link Candidate#method}: the base as it is, which takes a dozen bytes. */
  public static final String COPY = "copy";

  private final Settings settings;
  private final List<SharedObject> shared;

  /**
   * @param shared codebooks and transforms that were learned for the run
   */
  public DeltaSolver(Settings settings, List<SharedObject> shared) {
    this.settings = settings;
    this.shared = shared;
  }

  /**
   * @param weights all values finite
   * @param base elements that the base is restored to, of the same dtype and shape
   * @param keep whether only the exact candidate is wanted
   * @param label model and tensor, for the log
   * @return candidates, the exact one first, then the copy of the base
   */
  public List<Candidate> solve(WeightPartition weights, byte[] base, boolean keep, String label) {
    SharedFactors factors = SharedFactors.of(shared);
    DType dtype = weights.dtype();
    WeightPartition patterns =
        with(
            weights,
            Difference.patternType(dtype),
            Difference.ofPatterns(dtype, weights.data(), base));
    List<Candidate> candidates =
        new ArrayList<>(
            UnitSolver.run(
                EnabledMethod.lossless(),
                List.of(patterns),
                List.of(SolveContext.NONE),
                label,
                (method, bodies, seconds) ->
                    measured(method.label(), bodies, seconds, weights, base, factors)));
    if (keep) {
      return candidates;
    }
    candidates.add(measured(COPY, List.of(), 0, weights, base, factors));
    float[] values = Difference.ofValues(dtype, weights.data(), base);
    WeightPartition difference = with(weights, DType.F32, DType.F32.fromFloats(values));
    Optional<Settings> scaled =
        isZero(values) ? Optional.empty() : DeltaSettings.of(settings, weights.values(), values);
    if (scaled.isPresent()) {
      for (EnabledMethod method : EnabledMethod.of(scaled.get(), shared)) {
        if (method.id() != EnabledMethod.lossless().id()) {
          candidates.addAll(
              UnitSolver.run(
                  method,
                  List.of(difference),
                  // Inputs weigh errors of the whole weight; a difference is solved by its own.
                  List.of(SolveContext.NONE),
                  label,
                  (id, bodies, seconds) ->
                      measured(id.label(), bodies, seconds, weights, base, factors)));
        }
      }
    }
    return candidates;
  }

  private static boolean isZero(float[] values) {
    for (float value : values) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  private static WeightPartition with(WeightPartition weights, DType dtype, byte[] data) {
    return new WeightPartition(weights.tensor(), weights.part(), dtype, weights.shape(), data);
  }

  private static Candidate measured(
      String method,
      List<Factors> bodies,
      double seconds,
      WeightPartition weights,
      byte[] base,
      SharedFactors shared) {
    Payload.Member member = new Payload.Member(weights.dtype(), weights.shape());
    byte[] bytes = new Payload(List.of(member), bodies, Kind.DELTA).encode();
    Payload stored = Payload.decode(bytes, 0, bytes.length, shared);
    String point = bodies.isEmpty() ? "" : bodies.get(0).operatingPoint();
    return UnitSolver.measured(
        method,
        point.isEmpty() ? "delta" : "delta " + point,
        bytes,
        stored,
        List.of(weights),
        m -> stored.add(base),
        -1,
        seconds);
  }
}
