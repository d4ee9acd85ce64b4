package org.zoopress.method.dictionarypair;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.method.FactorType;
import org.zoopress.method.dictionarypair.RateModel.Spectrum;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.Unfolding;
import org.zoopress.tensor.WeightPartition;

/**
 * One weight, or several that share dictionaries, at all operating points. The words of a block are
 * learned once, as many as the most demanding point needs; their principal order serves the others.
 */
final class WeightSolver {
  /** Room for what rounding adds, when words are counted before they are learned. */
  private static final double HEADROOM = 0.97;

  /** Tries to meet a target error after rounding; two or three are the rule. */
  private static final int TRIES = 8;

  /** A quantized result this close below its target is not tried again. */
  private static final double CLOSE = 0.985;

  private final DictionaryPairParams params;
  private final BlockSolver blockSolver;
  private final BlockEncoder encoder;
  private final List<WeightPartition> members;
  private final List<float[]> values;
  private final float[] memberScales;
  private final LayerKind kind;
  private final RateModel rates;
  private final List<ScaledBlock> blocks = new ArrayList<>();
  private final List<BlockSolver.Words> solved = new ArrayList<>();
  private final double energy;
  private List<Spectrum> spectra = List.of();

  WeightSolver(List<WeightPartition> members, DictionaryPairParams params) {
    LinearAlgebra algebra = LinearAlgebra.get();
    this.params = params;
    this.blockSolver = new BlockSolver(algebra, params.learning());
    this.encoder = new BlockEncoder(algebra);
    this.members = members;
    this.values = members.stream().map(WeightPartition::values).toList();
    this.memberScales = memberScales();
    Shape first = members.get(0).shape();
    this.kind = LayerKind.of(first);
    RowBlocks cut = RowBlocks.within((int) first.rowElements(), params.blockRows().of(kind));
    for (int b = 0; b < cut.count(); b++) {
      blocks.add(ScaledBlock.of(block(cut.start(b), cut.start(b + 1))));
    }
    this.rates = new RateModel(blocks.get(0).columns());
    this.energy = blocks.stream().mapToDouble(ScaledBlock::energy).sum();
  }

  /** 1 for a weight alone; root mean squares where members of unequal size of weights meet. */
  private float[] memberScales() {
    float[] scales = new float[members.size()];
    for (int j = 0; j < scales.length; j++) {
      scales[j] = scales.length == 1 ? 1 : rootMeanSquare(values.get(j));
    }
    return scales;
  }

  private static float rootMeanSquare(float[] values) {
    double sum = 0;
    for (float v : values) {
      sum += (double) v * v;
    }
    return sum == 0 ? 0 : Math.max(Float.MIN_VALUE, (float) Math.sqrt(sum / values.length));
  }

  /** Rows of all members side by side, each member at its scale. */
  private DenseMatrix block(int from, int to) {
    List<double[]> parts = new ArrayList<>();
    int length = 0;
    for (int j = 0; j < members.size(); j++) {
      double[] part =
          Unfolding.of(members.get(j).shape()).rowBlock(values.get(j), from, to).values();
      for (int i = 0; i < part.length && memberScales[j] > 0; i++) {
        part[i] /= memberScales[j];
      }
      parts.add(part);
      length = Math.addExact(length, part.length);
    }
    double[] joined = parts.get(0);
    if (parts.size() > 1) {
      joined = new double[length];
      int at = 0;
      for (double[] part : parts) {
        System.arraycopy(part, 0, joined, at, part.length);
        at += part.length;
      }
    }
    return new DenseMatrix(to - from, length / (to - from), joined);
  }

  List<DictionaryPairFactors> solve(long seed) {
    learn(seed);
    List<DictionaryPairFactors> results = new ArrayList<>();
    for (OperatingPoint point : params.operatingPoints()) {
      if (point instanceof OperatingPoint.Exact) {
        if (isExact(spectra)) {
          results.add(exact(point, FactorType.F16));
          results.add(exact(point, FactorType.F32));
        }
        continue;
      }
      for (FactorType type : params.factorTypes()) {
        results.add(solve(point, type));
      }
    }
    return results;
  }

  private DictionaryPairFactors solve(OperatingPoint point, FactorType type) {
    if (point instanceof OperatingPoint.Words words) {
      return withWords(words, type);
    }
    OperatingPoint.TargetError target = (OperatingPoint.TargetError) point;
    return type == FactorType.INTEGER ? quantizedWithin(target, type) : roundedWithin(target, type);
  }

  private void learn(long seed) {
    int[] needed = wordsNeeded();
    List<Spectrum> found = new ArrayList<>();
    for (int b = 0; b < blocks.size(); b++) {
      ScaledBlock block = blocks.get(b);
      BlockSolver.Words words =
          block.isZero() ? null : blockSolver.solve(block.unit(), Math.max(1, needed[b]), seed + b);
      solved.add(words);
      double[] energies =
          words == null
              ? new double[0]
              : Arrays.stream(words.energies()).map(block::unscaled).toArray();
      double beyond = Math.max(0, block.energy() - Arrays.stream(energies).sum());
      found.add(new Spectrum(block.rows(), energies, beyond));
    }
    spectra = found;
  }

  /** Words of each block that suffice for every operating point. */
  private int[] wordsNeeded() {
    int[] needed = new int[blocks.size()];
    List<Spectrum> exact = null;
    for (OperatingPoint point : params.operatingPoints()) {
      if (point instanceof OperatingPoint.Words words) {
        raise(needed, constant(words.perKind().of(kind)));
      } else if (point instanceof OperatingPoint.TargetError target && energy > 0) {
        exact = exact == null ? exactSpectra() : exact;
        raiseForError(needed, exact, HEADROOM * target.relativeError() * energy);
      }
    }
    if (exact != null
        && params.operatingPoints().stream().anyMatch(OperatingPoint.Exact.class::isInstance)
        && isExact(exact)) {
      raise(needed, exactWords(exact, FactorType.F32));
    }
    return needed;
  }

  /** Whether 16-bit words that leave nothing out have at most half as many numbers as weights. */
  private boolean isExact(List<Spectrum> blocks) {
    double beyond = blocks.stream().mapToDouble(Spectrum::beyond).sum();
    if (energy == 0 || beyond > FactorType.F16.relativeRounding() * energy) {
      return false;
    }
    int[] words = exactWords(blocks, FactorType.F16);
    long numbers = 0;
    long weights = 0;
    for (int b = 0; b < words.length; b++) {
      int rows = blocks.get(b).rows();
      numbers += (long) words[b] * (rows + rates.columns());
      weights += (long) rows * rates.columns();
    }
    return numbers <= weights / 2;
  }

  private int[] exactWords(List<Spectrum> blocks, FactorType type) {
    return WordBudget.choose(blocks, rates.columns(), type.relativeRounding() * energy);
  }

  private DictionaryPairFactors exact(OperatingPoint point, FactorType type) {
    return encode(point, type, exactWords(spectra, type), 0, 0);
  }

  private void raiseForError(int[] needed, List<Spectrum> exact, double bound) {
    raise(needed, WordBudget.choose(exact, rates.columns(), bound));
    if (params.factorTypes().contains(FactorType.INTEGER)) {
      raise(needed, rates.worthwhileWords(exact, rates.thetaFor(exact, bound)));
    }
  }

  private List<Spectrum> exactSpectra() {
    List<Spectrum> exact = new ArrayList<>();
    for (ScaledBlock block : blocks) {
      double[] energies =
          block.isZero()
              ? new double[0]
              : Arrays.stream(blockSolver.spectrum(block.unit())).map(block::unscaled).toArray();
      exact.add(new Spectrum(block.rows(), energies, 0));
    }
    return exact;
  }

  private DictionaryPairFactors withWords(OperatingPoint.Words point, FactorType type) {
    int requested = point.perKind().of(kind);
    double theta = type == FactorType.INTEGER ? marginalTheta(requested) : 0;
    return encode(point, type, constant(requested), theta, requested);
  }

  /** The middle one of the θ at which the last word of each block is just worth its bits. */
  private double marginalTheta(int requested) {
    double[] thetas =
        spectra.stream()
            .filter(block -> block.energies().length > 0)
            .mapToDouble(block -> marginalTheta(block, requested))
            .sorted()
            .toArray();
    return thetas.length == 0 ? 0 : thetas[thetas.length / 2];
  }

  private double marginalTheta(Spectrum block, int requested) {
    int last = Math.min(requested, block.energies().length) - 1;
    return rates.thetaAtMargin(block.rows(), block.energies()[last]);
  }

  /** Fewest words whose error after rounding is within the target. */
  private DictionaryPairFactors roundedWithin(OperatingPoint.TargetError point, FactorType type) {
    double target = point.relativeError() * energy;
    double bound = target;
    DictionaryPairFactors factors = null;
    for (int tries = 0; tries < TRIES; tries++) {
      int[] words = WordBudget.choose(spectra, rates.columns(), bound);
      factors = encode(point, type, words, 0, 0);
      double error = squaredError(factors);
      if (error <= target) {
        break;
      }
      bound -= 1.1 * (error - target);
      if (bound <= 0) {
        return encode(point, type, constant(Integer.MAX_VALUE), 0, 0);
      }
    }
    return factors;
  }

  /** Words and step together; of the tries within the target the one nearest to it. */
  private DictionaryPairFactors quantizedWithin(OperatingPoint.TargetError point, FactorType type) {
    double target = point.relativeError() * energy;
    if (target == 0) {
      return encode(point, type, new int[blocks.size()], 0, 0);
    }
    double bound = target;
    DictionaryPairFactors best = null;
    double bestError = Double.POSITIVE_INFINITY;
    for (int tries = 0; tries < TRIES; tries++) {
      int[] words = rates.worthwhileWords(spectra, rates.thetaFor(spectra, bound));
      double theta = rates.thetaFor(spectra, words, bound);
      DictionaryPairFactors factors = encode(point, type, words, theta, 0);
      double error = squaredError(factors);
      boolean within = error <= target;
      boolean bestWithin = bestError <= target;
      if (best == null || (within ? !bestWithin || error > bestError : error < bestError)) {
        best = factors;
        bestError = error;
      }
      if (within && error >= CLOSE * target) {
        break;
      }
      bound *= 0.995 * target / Math.max(error, 0.5 * target);
    }
    return best;
  }

  private DictionaryPairFactors encode(
      OperatingPoint point, FactorType type, int[] words, double theta, int requested) {
    List<BlockFactors> factors = new ArrayList<>();
    for (int b = 0; b < blocks.size(); b++) {
      int available = spectra.get(b).energies().length;
      factors.add(
          encoder.encode(blocks.get(b), solved.get(b), Math.min(words[b], available), type, theta));
    }
    String label =
        "%s factors=%s".formatted(point.label(kind), type.name().toLowerCase(Locale.ROOT));
    List<Shape> shapes = members.stream().map(WeightPartition::shape).toList();
    return new DictionaryPairFactors(label, shapes, requested, memberScales, factors);
  }

  /** Error of the values as restored, members weighted as they were scaled. */
  private double squaredError(DictionaryPairFactors factors) {
    double sum = 0;
    for (int j = 0; j < members.size(); j++) {
      WeightPartition member = members.get(j);
      float[] restored = member.dtype().toFloats(factors.restore(j, member.dtype()));
      float[] original = values.get(j);
      double error = 0;
      for (int i = 0; i < original.length; i++) {
        double difference = (double) original[i] - restored[i];
        error += difference * difference;
      }
      sum += memberScales[j] > 0 ? error / ((double) memberScales[j] * memberScales[j]) : 0;
    }
    return sum;
  }

  private int[] constant(int words) {
    int[] counts = new int[blocks.size()];
    Arrays.fill(counts, words);
    return counts;
  }

  private static void raise(int[] counts, int[] least) {
    for (int b = 0; b < counts.length; b++) {
      counts[b] = Math.max(counts[b], least[b]);
    }
  }
}
