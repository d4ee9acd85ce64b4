package org.zoopress.method.lowranksparse;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;
import org.zoopress.method.FactorType;
import org.zoopress.method.SolveContext;
import org.zoopress.method.lowranksparse.LowRankSparseFactors.Sections;
import org.zoopress.method.lowranksparse.LowRankSparseSolver.Line;
import org.zoopress.method.scalar.ScalarFactors;
import org.zoopress.method.scalar.ScalarMethod;
import org.zoopress.method.scalar.ScalarParams;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.WeightPartition;

/** One weight at all operating points; with known inputs all errors are those of the outputs. */
final class WeightSolver {
  /**
   * Quantization step over the smallest entry of S. On ResNet-20, 0.7 and 1 take 2 to 9 % more
   * bytes at equal error than 1.4; beyond 2 entries would be rounded to nothing.
   */
  private static final double STEP_OVER_THRESHOLD = 1.7;

  /** The same over the mean entry, where S was fitted to inputs. */
  private static final double STEP_OVER_MEAN = 1.1;

  /** Tries to meet a target error. */
  private static final int TRIES = 8;

  /** A result this close below its target is not tried again. */
  private static final double CLOSE = 0.97;

  private static final int REPAIR_STEPS = 60;

  /** λ over the mean of H's diagonal. */
  private static final double RIDGE = 0.01;

  private final LinearAlgebra algebra = LinearAlgebra.get();
  private final LowRankSparseSolver solver = new LowRankSparseSolver(algebra);
  private final WeightPartition weights;
  private final LowRankSparseParams params;
  private final long seed;
  private final float[] values;
  private final MatrixForm.Grid grid;
  private final float scale;
  private final DenseMatrix unit;
  private final Optional<DenseMatrix> inputGram;
  private final Metric metric;
  private final double energy;
  private Decomposition exact;

  WeightSolver(
      WeightPartition weights, LowRankSparseParams params, long seed, SolveContext context) {
    this.weights = weights;
    this.params = params;
    this.seed = seed;
    this.values = weights.values();
    this.inputGram = context.inputGram().flatMap(WeightSolver::conditioned);
    this.metric = inputGram.map(h -> Metric.of(algebra, h)).orElseGet(() -> Metric.plain(algebra));
    // With H a row must be a filter: the rows of the other form share outputs.
    MatrixForm form = inputGram.isPresent() ? MatrixForm.FILTERS : params.form();
    this.grid = form.grid(weights.shape());
    double sum = 0;
    for (float v : values) {
      sum += (double) v * v;
    }
    this.energy = inputGram.isPresent() ? metric.squaredNorm(matrix(values, 1)) : sum;
    this.scale = sum == 0 ? 0 : Math.max(Float.MIN_VALUE, (float) Math.sqrt(sum / values.length));
    this.unit = matrix(values, scale);
  }

  /** H at unit mean diagonal with its ridge; empty if the layer sees nothing but zeros. */
  private static Optional<DenseMatrix> conditioned(DenseMatrix gram) {
    double trace = 0;
    for (int j = 0; j < gram.numCols(); j++) {
      trace += gram.apply(j, j);
    }
    if (!(trace > 0)) {
      return Optional.empty();
    }
    double[] scaled = Matrices.copyOfValues(gram);
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= gram.numCols() / trace;
    }
    DenseMatrix h = new DenseMatrix(gram.numRows(), gram.numCols(), scaled);
    Matrices.addToDiagonal(h, RIDGE);
    return Optional.of(h);
  }

  private DenseMatrix matrix(float[] tensor, float unitOf) {
    double factor = unitOf == 0 ? 0 : 1.0 / unitOf;
    return new DenseMatrix(grid.rows(), grid.columns(), grid.matrix(tensor, factor));
  }

  List<LowRankSparseFactors> solve() {
    List<LowRankSparseFactors> results = new ArrayList<>();
    for (OperatingPoint point : params.operatingPoints()) {
      if (point instanceof OperatingPoint.Ratio ratio) {
        results.addAll(atRatio(ratio));
      } else if (point instanceof OperatingPoint.TargetError target) {
        params.factorTypes().forEach(type -> results.add(within(target, type)));
      } else if (point instanceof OperatingPoint.Exact) {
        results.addAll(exactly(point));
      } else {
        results.add(onBase((OperatingPoint.QuantizedBase) point));
      }
    }
    return results;
  }

  private String label(String point, FactorType type) {
    return named("%s factors=%s".formatted(point, type.name().toLowerCase(Locale.ROOT)));
  }

  /** Says of an operating point whether inputs were used. */
  private String named(String point) {
    return inputGram.isPresent() ? point + " inputs" : point;
  }

  private Decomposition within(double numbers, double entryCost) {
    return inputGram.isPresent()
        ? solver.solveWithin(unit, inputGram.get(), numbers, entryCost, seed)
        : solver.solveWithin(unit, numbers, entryCost, params.threshold(), seed);
  }

  private Decomposition solved(Budget budget, Threshold threshold) {
    return inputGram.isPresent()
        ? solver.solve(unit, inputGram.get(), budget, seed)
        : solver.solve(unit, budget, threshold, seed);
  }

  /** What chooses the entries of S once L is rounded. */
  private SparseStep selection(int count) {
    return inputGram.isPresent()
        ? new WeightedPursuit(algebra, inputGram.get(), grid.rows(), count)
        : Threshold.HARD.step(count);
  }

  private List<LowRankSparseFactors> atRatio(OperatingPoint.Ratio point) {
    double numbers = values.length / point.ratio();
    List<LowRankSparseFactors> results = new ArrayList<>();
    if (params.rankShares().isEmpty()) {
      Decomposition best = within(numbers, 1);
      for (FactorType type : params.factorTypes()) {
        results.add(encode(label(point.label(), type), best, type));
      }
    }
    Line line = new Line(grid.rows(), grid.columns(), numbers, 1);
    for (double share : params.rankShares()) {
      int rank = line.rank(share);
      Budget budget = new Budget(rank, line.entries(rank));
      Decomposition solved = solved(budget, params.threshold());
      for (FactorType type : params.factorTypes()) {
        String named = "%s rank-share=%s".formatted(point.label(), share);
        results.add(encode(label(named, type), solved, type));
      }
    }
    return results;
  }

  /** Fewest bytes within the target that a search along the budget finds. */
  private LowRankSparseFactors within(OperatingPoint.TargetError point, FactorType type) {
    String label = label(point.label(), type);
    double target = point.relativeError() * energy;
    double cost = entryCost(type);
    double most = Math.log(cost * values.length); // everything in S
    double fewest = 0;
    double numbers = most - 1;
    LowRankSparseFactors best = null;
    for (int tries = 0; tries < TRIES; tries++) {
      Decomposition solved = within(Math.exp(numbers), cost);
      LowRankSparseFactors factors = encode(label, solved, type);
      double error = squaredError(factors);
      if (error <= target) {
        best = factors;
        most = numbers;
        if (error >= CLOSE * target) {
          break;
        }
      } else {
        fewest = numbers;
      }
      // log(error) falls with the numbers by about two to three at these rates
      double next = numbers + 0.4 * Math.log(error / (0.985 * target));
      numbers = next > fewest && next < most ? next : (fewest + most) / 2;
    }
    if (best == null) {
      Decomposition all = solved(new Budget(0, values.length), Threshold.HARD);
      best = encode(label, all, type);
    }
    return best;
  }

  /** What an entry of S costs with its place, in stored numbers of U and V. */
  private static double entryCost(FactorType type) {
    return switch (type) { // a place takes 2 to 5 bits
      case F32 -> 1.1;
      case F16 -> 1.25;
      case INTEGER -> 1.2; // best of 1.2, 1.5 and 2 on ResNet-20
    };
  }

  /** What an earlier point came upon: decompositions that leave nothing out. */
  private List<LowRankSparseFactors> exactly(OperatingPoint point) {
    List<LowRankSparseFactors> results = new ArrayList<>();
    if (exact != null && numbers(exact) <= values.length / 2) {
      for (FactorType type : List.of(FactorType.F16, FactorType.F32)) {
        results.add(encode(label(point.label(), type), exact, type));
      }
    }
    return results;
  }

  private long numbers(Decomposition solved) {
    return (long) solved.rank() * (grid.rows() + grid.columns()) + solved.sparse().count();
  }

  private LowRankSparseFactors encode(String label, Decomposition solved, FactorType type) {
    double lost = FactorType.F16.relativeRounding() * energy / ((double) scale * scale);
    if (solved.squaredError() <= lost && (exact == null || numbers(solved) < numbers(exact))) {
      exact = solved;
    }
    Sections sections =
        new FactorEncoder(algebra, grid, unit, scale, metric)
            .encode(solved, selection(solved.sparse().count()), type, step(solved));
    return new LowRankSparseFactors(label, grid, sections, Optional.empty());
  }

  /** One step for all integers; with no entries it follows from what is left over. */
  private double step(Decomposition solved) {
    if (inputGram.isPresent() && solved.sparse().count() > 0) {
      // What a pursuit has fitted has no threshold: some of its entries are next to nothing.
      double sum = 0;
      for (double v : solved.sparse().values()) {
        sum += Math.abs(v);
      }
      return Math.max(1e-6, STEP_OVER_MEAN * sum / solved.sparse().count());
    }
    double smallest = Double.POSITIVE_INFINITY;
    for (double v : solved.sparse().values()) {
      smallest = v == 0 ? smallest : Math.min(smallest, Math.abs(v));
    }
    if (smallest == Double.POSITIVE_INFINITY) {
      smallest = 2 * Math.sqrt(solved.squaredError() / values.length);
    }
    // Above the spacing of float32, in which steps and products are stored.
    return Math.max(1e-6, STEP_OVER_THRESHOLD * smallest);
  }

  /** Base of all but the outliers, then the repair of what it leaves over. */
  private LowRankSparseFactors onBase(OperatingPoint.QuantizedBase point) {
    int outliers = (int) Math.round(point.outliers() * values.length);
    int[] positions = LargestEntries.unweighted().positions(unit.values(), outliers);
    float[] inner = values.clone();
    for (int position : positions) {
      inner[grid.place(position % grid.rows(), position / grid.rows())] = 0;
    }
    ScalarFactors base = base(inner, point.bits());
    float[] rest = DType.F32.toFloats(base.restore(0, DType.F32));
    for (int i = 0; i < rest.length; i++) {
      rest[i] = values[i] - rest[i];
    }
    DenseMatrix residual = matrix(rest, scale);
    int rank = Math.min(point.rank(), Math.min(grid.rows(), grid.columns()));
    SparseStep atOutliers = (t, current) -> SparseEntries.gather(t, positions);
    GreedyBilateral iteration = new GreedyBilateral(algebra, residual, metric);
    GreedyBilateral.State state = iteration.sparseAlone(atOutliers);
    if (rank > 0) {
      state = iteration.grown(state, rank, seed);
      state = iteration.iterated(state, rank, atOutliers, REPAIR_STEPS);
    }
    Sections sections =
        new FactorEncoder(algebra, grid, residual, scale, metric)
            .encode(iteration.result(state), atOutliers, FactorType.F16, 0);
    return new LowRankSparseFactors(named(point.label()), grid, sections, Optional.of(base));
  }

  private ScalarFactors base(float[] inner, double bits) {
    WeightPartition partition =
        new WeightPartition(
            weights.tensor(),
            weights.part(),
            DType.F32,
            weights.shape(),
            DType.F32.fromFloats(inner));
    ScalarParams scalar = ScalarParams.of(org.zoopress.method.scalar.OperatingPoint.bits(bits));
    return new ScalarMethod().solve(partition, scalar, seed).get(0);
  }

  /** ‖W − Ŵ‖² of the values as restored; with inputs ‖(W − Ŵ)H^½‖². */
  private double squaredError(LowRankSparseFactors factors) {
    DType dtype = weights.dtype();
    float[] restored = dtype.toFloats(factors.restore(0, dtype));
    if (inputGram.isPresent()) {
      for (int i = 0; i < restored.length; i++) {
        restored[i] = values[i] - restored[i];
      }
      return metric.squaredNorm(matrix(restored, 1));
    }
    double sum = 0;
    for (int i = 0; i < restored.length; i++) {
      double difference = (double) values[i] - restored[i];
      sum += difference * difference;
    }
    return sum;
  }
}
