package org.zoopress.allocate;

import java.lang.management.ManagementFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zoopress.allocate.Candidate.Status;
import org.zoopress.config.Settings;
import org.zoopress.method.Factors;
import org.zoopress.method.MethodId;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedObject;
import org.zoopress.method.SolveContext;
import org.zoopress.metric.ErrorMeter;
import org.zoopress.payload.Payload;
import org.zoopress.tensor.WeightPartition;

/**
 * Solves a unit by every enabled method at every operating point. Each candidate is encoded,
 * decoded again and measured on what the decoder gives back, so that a recorded error is the error
 * of the stored bytes. A method that fails or refuses is a candidate with a reason; the lossless
 * candidate is always there.
 */
public final class UnitSolver {
  private static final Logger LOG = LoggerFactory.getLogger(UnitSolver.class);

  private final List<EnabledMethod> methods;
  private final EnabledMethod lossless;
  private final SharedFactors shared;

  /** For the methods that the settings enable, with no shared objects. */
  public UnitSolver(Settings settings) {
    this(settings, List.of());
  }

  /**
   * For the methods that the settings enable.
   *
   * @param shared codebooks and transforms that were learned for the run
   */
  public UnitSolver(Settings settings, List<SharedObject> shared) {
    this(EnabledMethod.of(settings, shared), SharedFactors.of(shared));
  }

  /** Whether a method at some operating point of these settings would try a kernel transform. */
  public static boolean wantsKernelTransforms(Settings settings) {
    return MethodParameters.wantsKernelTransforms(settings);
  }

  /** For these methods, and the lossless one. */
  UnitSolver(List<EnabledMethod> methods, SharedFactors shared) {
    this.methods = methods;
    this.shared = shared;
    this.lossless = EnabledMethod.lossless();
  }

  /** Whether a method that the settings enable makes use of known inputs. */
  public static boolean usesInputs(Settings settings) {
    return EnabledMethod.of(settings, List.of()).stream().anyMatch(EnabledMethod::usesInputs);
  }

  /** The same where nothing is known of the members but their values. */
  public List<Candidate> solve(List<WeightPartition> members, boolean keep, String label) {
    return solve(members, Collections.nCopies(members.size(), SolveContext.NONE), keep, label);
  }

  /**
   * @param members the partitions of the unit
   * @param contexts what is known of each besides its values
   * @param keep whether only the lossless candidate is wanted
   * @param label model and tensor, for the log
   * @return all candidates, the lossless one first
   */
  public List<Candidate> solve(
      List<WeightPartition> members, List<SolveContext> contexts, boolean keep, String label) {
    return solve(
        members,
        contexts,
        keep ? Set.of() : methods.stream().map(EnabledMethod::id).collect(Collectors.toSet()),
        label);
  }

  /**
   * Only by some of the enabled methods: the others' candidates are known already.
   *
   * @param wanted methods to run besides lossless coding
   * @param label model and tensor, for the log
   * @return all candidates, the lossless one first
   */
  public List<Candidate> solve(
      List<WeightPartition> members,
      List<SolveContext> contexts,
      Set<MethodId> wanted,
      String label) {
    Measure measure = (method, bodies, seconds) -> measured(method, members, bodies, seconds);
    List<Candidate> candidates = new ArrayList<>(run(lossless, members, contexts, label, measure));
    for (EnabledMethod method : methods) {
      if (method.id() != lossless.id() && wanted.contains(method.id())) {
        candidates.addAll(run(method, members, contexts, label, measure));
      }
    }
    return candidates;
  }

  /** Makes a candidate of factors. */
  interface Measure {
    Candidate of(MethodId method, List<Factors> bodies, double seconds);
  }

  /** The candidates of one method, or why it has none. */
  static List<Candidate> run(
      EnabledMethod method,
      List<WeightPartition> members,
      List<SolveContext> contexts,
      String label,
      Measure measure) {
    try {
      Optional<String> refusal = method.refusal(members);
      if (refusal.isPresent()) {
        return List.of(Candidate.without(method.id().label(), Status.REFUSED, refusal.get()));
      }
      long begin = cpuNanos();
      List<List<Factors>> points = method.solve(members, contexts);
      double seconds = (cpuNanos() - begin) * 1e-9 / Math.max(1, points.size());
      List<Candidate> candidates = new ArrayList<>();
      for (List<Factors> bodies : points) {
        candidates.add(measure.of(method.id(), bodies, seconds));
      }
      return candidates;
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      // One method's defect must not cost the tensor: the others, at least lossless, still stand.
      // Lack of memory neither: what the solver held is free again once it was thrown out of it.
      LOG.error("Method {} failed on {}", method.id().label(), label, e);
      return List.of(
          Candidate.without(
              method.id().label(),
              Status.FAILED,
              e.getClass().getSimpleName() + ": " + e.getMessage()));
    }
  }

  private Candidate measured(
      MethodId method, List<WeightPartition> members, List<Factors> bodies, double seconds) {
    List<Payload.Member> shapes =
        members.stream().map(member -> new Payload.Member(member.dtype(), member.shape())).toList();
    byte[] bytes = new Payload(shapes, bodies).encode();
    Payload stored = Payload.decode(bytes, 0, bytes.length, shared);
    long paper =
        bodies.stream()
            .mapToLong(Factors::paperBytes)
            .reduce(0, (a, b) -> a < 0 || b < 0 ? -1 : a + b);
    return measured(
        method.label(),
        bodies.get(0).operatingPoint(),
        bytes,
        stored,
        members,
        stored::restore,
        paper,
        seconds);
  }

  /** A candidate with the errors of what a decoder gives back. */
  static Candidate measured(
      String method,
      String operatingPoint,
      byte[] bytes,
      Payload stored,
      List<WeightPartition> members,
      IntFunction<byte[]> restore,
      long paperBytes,
      double seconds) {
    double[] errors = new double[members.size()];
    double[] norms = new double[members.size()];
    String[] keys = new String[members.size()];
    for (int m = 0; m < members.size(); m++) {
      WeightPartition member = members.get(m);
      byte[] restored = restore.apply(m);
      keys[m] = restoredKey(restored);
      if (member.dtype().compressible()) {
        ErrorMeter meter = new ErrorMeter();
        meter.add(member.dtype(), member.data(), restored);
        errors[m] = meter.squaredError();
        norms[m] = meter.squaredNorm();
      }
    }
    return new Candidate(
        method,
        operatingPoint,
        Status.OK,
        "",
        bytes,
        errors,
        norms,
        keys,
        stored.shared(),
        paperBytes,
        seconds);
  }

  /** Hash of restored bytes as recorded for {@code verify}: the first half of their SHA-256. */
  public static String restoredKey(byte[] restored) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(restored);
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
