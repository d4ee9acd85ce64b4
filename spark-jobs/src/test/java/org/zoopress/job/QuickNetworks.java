package org.zoopress.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.zoopress.coding.Trellis;
import org.zoopress.datafree.NetworkCandidate;
import org.zoopress.datafree.NetworkSolution;
import org.zoopress.error.UserInputException;
import org.zoopress.method.Factors;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.lossless.LosslessMethod;
import org.zoopress.method.lossless.LosslessParams;
import org.zoopress.method.scalar.OperatingPoint;
import org.zoopress.method.scalar.ScalarMethod;
import org.zoopress.method.scalar.ScalarParams;
import org.zoopress.method.scalar.StepScope;
import org.zoopress.metric.ErrorMeter;
import org.zoopress.payload.Payload;
import org.zoopress.tensor.WeightPartition;
import org.zoopress.zoo.ByteSource;
import org.zoopress.zoo.TensorEntry;
import org.zoopress.zoo.TensorKey;
import org.zoopress.zoo.TensorReader;

/**
 * Stands for the solver of networks in tests of what surrounds it: one relative step for all
 * weights of a network, the largest that fits; everything else is exact. Its divergence is made up.
 */
final class QuickNetworks implements NetworkMethod {
  private static final long serialVersionUID = 1L;

  /** How often each test solved a network; tasks run in the tests' own JVM. */
  private static final Map<String, AtomicInteger> CALLS = new ConcurrentHashMap<>();

  private final String test;
  private final String refused;

  /**
   * @param test counts for this one
   * @param refused networks whose names contain this are refused; empty: none
   */
  QuickNetworks(String test, String refused) {
    this.test = test;
    this.refused = refused;
  }

  QuickNetworks(String test) {
    this(test, "");
  }

  /** How many networks were solved. */
  int calls() {
    return CALLS.computeIfAbsent(test, t -> new AtomicInteger()).get();
  }

  @Override
  public NetworkSolution solve(Work work) throws IOException {
    if (!refused.isEmpty() && work.header().name().contains(refused)) {
      throw new UserInputException(
          "Cannot run %s: operation Twist (node 7) is not supported. Export it without."
              .formatted(work.header().files().get(0).path()));
    }
    CALLS.computeIfAbsent(test, t -> new AtomicInteger()).incrementAndGet();
    List<String> names = new ArrayList<>();
    List<WeightPartition> members = new ArrayList<>();
    try (ByteSource file = work.folder().open(work.header().files().get(0).path())) {
      for (TensorEntry entry : work.header().tensors()) {
        if (entry.dtype().compressible()) {
          byte[] data = TensorReader.read(file, entry, 0, entry.shape().rows());
          names.add(entry.name());
          members.add(new WeightPartition("k", 0, entry.dtype(), entry.shape(), data));
        }
      }
    }
    boolean[] exact = new boolean[names.size()];
    for (int m = 0; m < exact.length; m++) {
      exact[m] = members.get(m).shape().rank() < 2 || work.keep().contains(names.get(m));
    }
    List<NetworkCandidate> candidates = new ArrayList<>();
    if (work.goal().payloadBytes().isEmpty()) {
      candidates.add(candidate(names, members, exact, 0.5));
    } else {
      double fits = 64;
      double tooFine = 1.0 / 64;
      for (int i = 0; i < 12; i++) {
        double middle = Math.sqrt(fits * tooFine);
        if (payload(members, exact, middle).encode().length
            <= work.goal().payloadBytes().getAsLong()) {
          fits = middle;
        } else {
          tooFine = middle;
        }
      }
      for (int n = work.goal().neighbours(); n >= -work.goal().neighbours(); n--) {
        candidates.add(candidate(names, members, exact, fits * Math.pow(2, 0.25 * n)));
      }
    }
    return new NetworkSolution(names, candidates);
  }

  private static Payload payload(List<WeightPartition> members, boolean[] exact, double step) {
    ScalarParams params =
        new ScalarParams(
            List.of(OperatingPoint.relativeStep(step)), StepScope.PER_TENSOR, Trellis.NONE, 0.1);
    List<Payload.Member> shapes = new ArrayList<>();
    List<Factors> bodies = new ArrayList<>();
    for (int m = 0; m < exact.length; m++) {
      WeightPartition member = members.get(m);
      shapes.add(new Payload.Member(member.dtype(), member.shape()));
      bodies.add(
          !exact[m]
              ? new ScalarMethod().solve(member, params, 1).get(0)
              : new LosslessMethod().solve(member, LosslessParams.DEFAULT, 1).get(0));
    }
    return new Payload(shapes, bodies);
  }

  private static NetworkCandidate candidate(
      List<String> names, List<WeightPartition> members, boolean[] exact, double step) {
    byte[] bytes = payload(members, exact, step).encode();
    Payload payload = Payload.decode(bytes, 0, bytes.length, SharedFactors.none());
    double[] errors = new double[members.size()];
    double[] norms = new double[members.size()];
    List<String> keys = new ArrayList<>();
    List<NetworkCandidate.LayerRow> layers = new ArrayList<>();
    double error = 0;
    double norm = 0;
    for (int m = 0; m < members.size(); m++) {
      byte[] restored = payload.restore(m);
      ErrorMeter meter = new ErrorMeter();
      meter.add(members.get(m).dtype(), members.get(m).data(), restored);
      errors[m] = meter.squaredError();
      norms[m] = meter.squaredNorm();
      keys.add(TensorKey.of(members.get(m).dtype(), members.get(m).shape(), restored));
      if (!exact[m]) {
        error += errors[m];
        norm += norms[m];
        double bits = 2.0 * members.get(m).shape().elements();
        layers.add(new NetworkCandidate.LayerRow(names.get(m), 1 + m, step, bits, errors[m], 0.25));
      }
    }
    return new NetworkCandidate(
        "step=%.4f".formatted(step),
        bytes,
        errors,
        norms,
        keys,
        2 * error / norm,
        1 - error / norm,
        "folded, corrected",
        "synthetic",
        1.5,
        layers);
  }
}
