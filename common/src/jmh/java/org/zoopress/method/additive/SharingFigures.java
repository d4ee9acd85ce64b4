package org.zoopress.method.additive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.zoopress.coding.ByteWriter;
import org.zoopress.method.Factors;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedObject;
import org.zoopress.method.TestWeights;
import org.zoopress.method.scalar.OperatingPoint;
import org.zoopress.method.scalar.ScalarMethod;
import org.zoopress.method.scalar.ScalarParams;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/**
 * Prints the relative error ‖W − Ŵ‖²/‖W‖² at equal total bits a weight, with codebooks of each layer,
 * of each model and of the whole zoo, and scalar coding beside them. All bytes count: codebooks, ids, scales, codes, headers.
 *
 * <p>Each scope has the best of a grid of shapes: with a bit worth λ everywhere, each group of
 * layers has the set of codebooks, and each layer the one of them, of least error + λ · bits, which
 * traces the lower hull of the whole. Between its points the logarithm of the error is interpolated.
 *
 * <pre>  mvn -Pjmh -pl common test-compile exec:exec -Djmh.main=org.zoopress.method.additive.SharingFigures
 *      -Djmh.args="resnet scalar shared apart layer" </pre>
 *
 * The first argument is {@code resnet} for the convolutions of the data pack's ResNets (property
 * zoopress.test.data), or the weights of each of 20
 * generated models; the others are the rows that are wanted.
 */
public final class SharingFigures {
  private static final double[] TARGETS = {1.5, 2, 2.5, 3};
  private static final double[] LAMBDAS = {0.003, 0.01, 0.03, 0.09, 0.25};
  private static final int TURNS = 5;
  private static final int SAMPLE = 1 << 18;
  private static final int GENERATED_MODELS = 20;
  private static final AdditiveParams CODES =
      new AdditiveParams(
          List.of(2),
          256,
          8,
          ScaleScope.PER_CHANNEL,
          AdditiveParams.DEFAULT.factorTypes(),
          TrainingParams.DEFAULT,
          TrainingParams.DEFAULT.search());
  private static final List<SharedShape> GRID =
      List.of(
          SharedShape.LADDER.get(0),
          SharedShape.LADDER.get(1),
          SharedShape.LADDER.get(2),
          new SharedShape(new CodeShape(4, 256, 18), 0.2),
          new SharedShape(new CodeShape(6, 256, 18), 0.07),
          new SharedShape(new CodeShape(4, 32, 9), 0.05),
          new SharedShape(new CodeShape(2, 32, 9), 0.25));

  /** Beside those, for groups of few weights. */
  private static final List<SharedShape> SMALL =
      List.of(
          new SharedShape(new CodeShape(2, 16, 3), 0.05),
          new SharedShape(new CodeShape(3, 16, 3), 0.005));

  private static final int FEW_WEIGHTS = 100_000;

  /** Bits by far from what a shape was made for are another shape's. */
  private static final double FARTHEST = 8;

  private SharingFigures() {}

  /** Runs one table. */
  public static void main(String[] arguments) {
    List<List<WeightPartition>> models =
        arguments[0].equals("resnet")
            ? List.of(resnet("resnet20"), resnet("resnet32"), resnet("resnet56"))
            : generated(Integer.parseInt(arguments[0]));
    List<WeightPartition> all = models.stream().flatMap(List::stream).toList();
    System.out.printf(
        "%d models, %d layers, %d weights%n%-22s",
        models.size(), all.size(), all.stream().mapToLong(w -> w.shape().elements()).sum(), "error at bits");
    Arrays.stream(TARGETS).forEach(bits -> System.out.printf(Locale.ROOT, "%9.1f", bits));
    System.out.println();
    List<String> scopes = List.of(arguments);
    if (scopes.contains("scalar")) {
      print("scalar", List.of(all), SharingFigures::scalar);
    }
    if (scopes.contains("shared")) {
      print("shared", List.of(all), SharingFigures::cheapest);
    }
    if (scopes.contains("groups")) {
      SharedShape.LADDER.forEach(shape -> grouped(all, shape));
      print("groups found", grouped(all, SharedShape.LADDER.get(0)), SharingFigures::cheapest);
    }
    if (scopes.contains("apart")) {
      print("models apart", models, SharingFigures::cheapest);
    }
    if (scopes.contains("layer")) {
      print("per layer", alone(all), SharingFigures::cheapest);
    }
  }

  /** The groups that {@link CodebookGroups} finds. */
  private static List<List<WeightPartition>> grouped(
      List<WeightPartition> all, SharedShape shape) {
    List<CodebookGroups.Layer> layers = new ArrayList<>();
    int d = shape.codes().dimension();
    for (WeightPartition layer : all) {
      UnitVectors unit = UnitVectors.of(layer, ScaleScope.PER_CHANNEL, d);
      int kernel = Math.toIntExact(layer.shape().rowElements() / layer.shape().dim(1));
      layers.add(CodebookGroups.Layer.of(kernel, unit.vectors(layer.values()), d));
    }
    int[] groups = CodebookGroups.of(layers, shape, CodebookGroups.price(shape.codes()));
    List<List<WeightPartition>> found = new ArrayList<>();
    for (int i = 0; i < groups.length; i++) {
      if (groups[i] == found.size()) {
        found.add(new ArrayList<>());
      }
      found.get(groups[i]).add(all.get(i));
    }
    for (List<WeightPartition> group : found) {
      System.out.printf(
          Locale.ROOT,
          "  %s: %d layers, %d weights, first %s%n",
          shape,
          group.size(),
          group.stream().mapToLong(w -> w.shape().elements()).sum(),
          group.get(0).tensor());
    }
    return found;
  }

  private static List<List<WeightPartition>> alone(List<WeightPartition> layers) {
    return layers.stream().map(List::of).toList();
  }

  private static List<WeightPartition> resnet(String name) {
    return TestWeights.network("cifar10_resnet/" + name).stream()
        .filter(weight -> weight.tensor().matches("layer\\d.*conv\\d\\.weight"))
        .toList();
  }

  /**
   * Three layers a model, of 1/13, 3/13 and 9/13 of the weights. Filters are Laplacian noise whose
   * neighbours correlate, each model in its own way, with channel scales over an octave.
   */
  private static List<List<WeightPartition>> generated(int weights) {
    List<List<WeightPartition>> models = new ArrayList<>();
    for (int m = 0; m < GENERATED_MODELS; m++) {
      List<WeightPartition> layers = new ArrayList<>();
      double correlation = 0.2 + 0.4 * m / GENERATED_MODELS;
      for (int share : new int[] {1, 3, 9}) {
        int channels = (int) Math.round(Math.sqrt(weights * share / 13.0 / 9));
        layers.add(layer("m" + m + "." + share, channels, correlation, 31L * m + share));
      }
      models.add(layers);
    }
    return models;
  }

  private static WeightPartition layer(String name, int channels, double correlation, long seed) {
    Shape shape = Shape.of(channels, channels, 3, 3);
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[Math.toIntExact(shape.elements())];
    double scale = 1;
    double fresh = Math.sqrt(1 - correlation * correlation);
    for (int i = 0; i < values.length; i++) {
      if (i % (channels * 9) == 0) {
        scale = 0.02 * Math.pow(2, random.nextDouble());
      }
      double u = random.nextDouble() - 0.5;
      double laplacian = -Math.signum(u) * Math.log(1 - 2 * Math.abs(u)) * scale / Math.sqrt(2);
      double before = i % 9 == 0 ? laplacian : values[i - 1];
      values[i] = (float) (i % 9 == 0 ? laplacian : correlation * before + fresh * laplacian);
    }
    return new WeightPartition(name, 0, DType.F32, shape, DType.F32.fromFloats(values));
  }

  /** Solves groups of layers: for each λ total bytes and squared error. */
  private interface Solver {
    double[][] solve(List<WeightPartition> group, double meanSquare);
  }

  private static void print(String scope, List<List<WeightPartition>> groups, Solver solver) {
    double weights = 0;
    double norm = 0;
    for (List<WeightPartition> group : groups) {
      for (WeightPartition layer : group) {
        weights += layer.shape().elements();
        norm += TestVectors.squaredNorm(layer.values());
      }
    }
    double[] bits = new double[LAMBDAS.length];
    double[] errors = new double[LAMBDAS.length];
    long before = System.nanoTime();
    for (List<WeightPartition> group : groups) {
      double[][] points = solver.solve(group, norm / weights);
      for (int k = 0; k < LAMBDAS.length; k++) {
        bits[k] += 8 * points[k][0] / weights;
        errors[k] += points[k][1] / norm;
      }
    }
    System.out.printf("%-22s", scope);
    for (double target : TARGETS) {
      System.out.printf(Locale.ROOT, "%9.4f", interpolated(bits, errors, target));
    }
    System.out.printf(Locale.ROOT, "   %.0f s%n", (System.nanoTime() - before) / 1e9);
  }

  /** Scalar coding with one step everywhere, of the slope λ at high rate. */
  private static double[][] scalar(List<WeightPartition> group, double meanSquare) {
    double[][] points = new double[LAMBDAS.length][2];
    for (int k = 0; k < LAMBDAS.length; k++) {
      double step = Math.sqrt(12 * LAMBDAS[k] * meanSquare / (2 * Math.log(2)));
      for (WeightPartition layer : group) {
        ScalarParams params = ScalarParams.of(OperatingPoint.step(step));
        add(points[k], layer, new ScalarMethod().solve(layer, params, 1).get(0));
      }
    }
    return points;
  }

  /**
   * For each λ bytes and squared error where each layer takes the cheapest of the codebooks that the
   * group has, and the group has the cheapest set of codebooks.
   */
  private static double[][] cheapest(List<WeightPartition> group, double meanSquare) {
    long weights = group.stream().mapToLong(layer -> layer.shape().elements()).sum();
    List<SharedShape> shapes = new ArrayList<>(GRID);
    if (weights < FEW_WEIGHTS) {
      shapes.addAll(SMALL);
    }
    // Codebooks of more than two bits a weight are never the best.
    shapes.removeIf(shape -> 6L * shape.codes().values() > 2 * weights);
    List<SharedObject> objects = shapes.stream().map(shape -> trained(shape, group)).toList();
    double[][] best = new double[LAMBDAS.length][];
    for (int k = 0; k < LAMBDAS.length; k++) {
      double lambda = LAMBDAS[k] * meanSquare;
      double[][][] points = new double[shapes.size()][][];
      for (int s = 0; s < points.length; s++) {
        points[s] = points(shapes.get(s), objects.get(s), group, lambda);
      }
      for (int set = 1; set < 1 << points.length; set++) {
        double[] total = total(set, objects, points, lambda);
        if (best[k] == null || cost(total, lambda) < cost(best[k], lambda)) {
          best[k] = total;
        }
      }
    }
    return best;
  }

  /** Bytes and squared error of each layer with one codebook; infinite where it is far off. */
  private static double[][] points(
      SharedShape shape, SharedObject object, List<WeightPartition> group, double lambda) {
    SharedFactors available = SharedFactors.of(List.of(object));
    double[][] points = new double[group.size()][2];
    for (int i = 0; i < points.length; i++) {
      WeightPartition layer = group.get(i);
      double meanSquare = TestVectors.squaredNorm(layer.values()) / layer.shape().elements();
      double ratio = shape.lambda() * meanSquare / lambda;
      if (ratio > FARTHEST || ratio < 1 / FARTHEST) {
        points[i][1] = Double.POSITIVE_INFINITY;
      } else {
        SharedSolver solver = new SharedSolver(layer, CODES, object.id(), available);
        add(points[i], layer, solver.at(lambda, 5));
      }
    }
    return points;
  }

  private static double[] total(
      int set, List<SharedObject> objects, double[][][] points, double lambda) {
    double[] total = {0, 0};
    for (int s = 0; s < points.length; s++) {
      total[0] += (set >> s & 1) * objects.get(s).content().length;
    }
    for (int i = 0; i < points[0].length; i++) {
      double[] least = null;
      for (int s = 0; s < points.length; s++) {
        if ((set >> s & 1) == 1
            && (least == null || cost(points[s][i], lambda) < cost(least, lambda))) {
          least = points[s][i];
        }
      }
      total[0] += least[0];
      total[1] += least[1];
    }
    return total;
  }

  private static double cost(double[] point, double lambda) {
    return point[1] + lambda * 8 * point[0];
  }

  private static void add(double[] point, WeightPartition layer, Factors factors) {
    ByteWriter out = new ByteWriter();
    factors.write(out);
    point[0] += out.size();
    float[] w = layer.values();
    float[] r = DType.F32.toFloats(factors.restore(0, DType.F32));
    for (int i = 0; i < w.length; i++) {
      point[1] += ((double) w[i] - r[i]) * ((double) w[i] - r[i]);
    }
  }

  private static SharedObject trained(SharedShape shape, List<WeightPartition> group) {
    int d = shape.codes().dimension();
    List<float[]> parts = new ArrayList<>();
    int length = 0;
    for (WeightPartition layer : group) {
      UnitVectors scales = UnitVectors.of(layer, ScaleScope.PER_CHANNEL, d);
      float[] cut = scales.vectors(layer.values());
      parts.add(cut);
      length += cut.length;
    }
    int every = length / d / SAMPLE + 1;
    float[] sample = new float[length / d / every * d];
    int seen = 0;
    for (float[] part : parts) {
      for (int i = 0; i < part.length / d; i++, seen++) {
        if (seen % every == 0 && seen / every * d < sample.length) {
          System.arraycopy(part, i * d, sample, seen / every * d, d);
        }
      }
    }
    return TestCodebooks.train(shape, sample, TURNS, length / d);
  }

  /** Log error at the bits, between neighbouring points; NaN outside of them. */
  private static double interpolated(double[] bits, double[] errors, double target) {
    for (int k = 1; k < bits.length; k++) {
      if (bits[k] <= target && target <= bits[k - 1]) {
        double t = (target - bits[k]) / (bits[k - 1] - bits[k]);
        return Math.exp(t * Math.log(errors[k - 1]) + (1 - t) * Math.log(errors[k]));
      }
    }
    return Double.NaN;
  }
}
