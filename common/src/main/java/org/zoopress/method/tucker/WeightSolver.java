package org.zoopress.method.tucker;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.zoopress.coding.ByteWriter;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.method.FactorType;
import org.zoopress.method.tensortrain.ChainSolver;
import org.zoopress.method.tensortrain.ChainSource;
import org.zoopress.method.tensortrain.CoreChain;
import org.zoopress.method.tensortrain.RestoredError;
import org.zoopress.method.tensortrain.ScaledTensor;
import org.zoopress.method.tensortrain.StoredCores;
import org.zoopress.method.tensortrain.TensorTrainSvd;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** One weight at all operating points: each arrangement is decomposed once and serves them all. */
final class WeightSolver {
  private final TuckerParams params;
  private final Shape shape;
  private final List<Candidate> candidates = new ArrayList<>();
  private final RestoredError error;

  private record Candidate(Arrangement arrangement, ChainSolver solver) {
    ChainSource source() {
      return solver.source();
    }
  }

  WeightSolver(WeightPartition weights, TuckerParams params) {
    LinearAlgebra algebra = LinearAlgebra.get();
    this.params = params;
    this.shape = weights.shape();
    this.error = new RestoredError(weights);
    float[] values = weights.values();
    for (Arrangement arrangement : arrangements()) {
      ScaledTensor tensor = ScaledTensor.of(arrangement.order(shape).reorder(values));
      int[] modes = arrangement.modes(shape);
      ChainSource source =
          arrangement == Arrangement.TUCKER_2
              ? new Tucker2(algebra, modes[0], modes[1], modes[2], tensor.unit())
              : new TensorTrainSvd(algebra, modes, tensor.unit());
      candidates.add(
          new Candidate(
              arrangement,
              new ChainSolver(
                  algebra,
                  source,
                  tensor.scale(),
                  cores -> error.squared(factors("", arrangement, cores), tensor.scale()))));
    }
  }

  private List<Arrangement> arrangements() {
    boolean kernel = shape.rowElements() > shape.dim(1);
    return kernel ? params.format().arrangements() : List.of(Arrangement.MATRIX);
  }

  List<TuckerFactors> solve() {
    List<TuckerFactors> results = new ArrayList<>();
    for (OperatingPoint point : params.operatingPoints()) {
      if (point instanceof OperatingPoint.Ratio ratio) {
        addAll(results, point, ofSize((long) (shape.elements() / ratio.ratio())));
      } else if (point instanceof OperatingPoint.TargetError target) {
        for (FactorType type : params.factorTypes()) {
          results.add(within(point, target.relativeError(), type));
        }
      } else if (point instanceof OperatingPoint.Exact) {
        exact(point, FactorType.F16).ifPresent(results::add);
        exact(point, FactorType.F32).ifPresent(results::add);
      } else {
        addAll(results, point, byEvidence());
      }
    }
    return results;
  }

  private record Chosen(Candidate candidate, CoreChain chain) {}

  /** All factor types of one chain. */
  private void addAll(List<TuckerFactors> results, OperatingPoint point, Chosen chosen) {
    for (FactorType type : params.factorTypes()) {
      results.add(
          factors(
              label(point, type),
              chosen.candidate().arrangement(),
              chosen.candidate().solver().encode(chosen.chain(), type)));
    }
  }

  private Chosen ofSize(long numbers) {
    Chosen best = null;
    for (Candidate candidate : candidates) {
      CoreChain chain = candidate.source().chainOfSize(numbers);
      if (best == null || better(chain, best.chain(), numbers)) {
        best = new Chosen(candidate, chain);
      }
    }
    return best;
  }

  /** Less error; but a chain that keeps the budget beats one that cannot. */
  private static boolean better(CoreChain chain, CoreChain best, long numbers) {
    boolean kept = chain.numbers() <= numbers;
    boolean bestKept = best.numbers() <= numbers;
    return kept == bestKept ? chain.squaredError() < best.squaredError() : kept;
  }

  /** Fewest bytes of those within the error; where none is, the least error. */
  private TuckerFactors within(OperatingPoint point, double relativeError, FactorType type) {
    TuckerFactors best = null;
    double bestBytes = Double.POSITIVE_INFINITY;
    double bestError = Double.POSITIVE_INFINITY;
    for (Candidate candidate : candidates) {
      ChainSolver solver = candidate.solver();
      StoredCores cores = solver.within(relativeError, type);
      double found = solver.relativeError(cores);
      TuckerFactors factors = factors(label(point, type), candidate.arrangement(), cores);
      double bytes = storedBytes(factors);
      boolean better =
          found <= relativeError
              ? bestError > relativeError || bytes < bestBytes
              : found < bestError && bestError > relativeError;
      if (best == null || better) {
        best = factors;
        bestBytes = bytes;
        bestError = found;
      }
    }
    return best;
  }

  /** Fewest numbers over the arrangements that have exact ranks for 16-bit factors. */
  private Optional<TuckerFactors> exact(OperatingPoint point, FactorType type) {
    Candidate best = null;
    int[] bestRanks = new int[0];
    for (Candidate candidate : candidates) {
      int[] ranks = candidate.solver().exactRanks(type).orElse(null);
      if (ranks != null
          && (best == null
              || CoreChain.numbers(candidate.source().modes(), ranks)
                  < CoreChain.numbers(best.source().modes(), bestRanks))) {
        best = candidate;
        bestRanks = ranks;
      }
    }
    if (best == null) {
      return Optional.empty();
    }
    StoredCores cores = best.solver().encode(best.source().chain(bestRanks), type);
    return Optional.of(factors(label(point, type), best.arrangement(), cores));
  }

  /** The preferred arrangement alone: there is no size or error by which to compare several. */
  private Chosen byEvidence() {
    Candidate candidate = candidates.get(0);
    int[] modes = candidate.source().modes();
    List<double[]> spectra = candidate.source().spectra();
    int[] ranks = new int[spectra.size()];
    int elements = (int) shape.elements();
    for (int bond = 0; bond < ranks.length; bond++) {
      int rows = bond == 0 ? modes[0] : modes[modes.length - 1];
      double[] energies = spectra.get(bond);
      int rank = energies.length == 0 ? 0 : Evbmf.rank(rows, elements / rows, energies);
      ranks[bond] = Math.max(1, rank);
    }
    return new Chosen(candidate, candidate.source().chain(ranks));
  }

  private TuckerFactors factors(String label, Arrangement arrangement, StoredCores cores) {
    return new TuckerFactors(label, shape, arrangement, cores);
  }

  private static String label(OperatingPoint point, FactorType type) {
    return "%s factors=%s".formatted(point.label(), type.name().toLowerCase(Locale.ROOT));
  }

  private static int storedBytes(TuckerFactors factors) {
    ByteWriter out = new ByteWriter();
    factors.write(out);
    return out.size();
  }
}
