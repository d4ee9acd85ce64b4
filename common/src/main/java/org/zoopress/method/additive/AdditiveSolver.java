package org.zoopress.method.additive;

import java.util.SplittableRandom;
import org.zoopress.coding.ByteWriter;
import org.zoopress.method.FactorCoder;
import org.zoopress.method.FactorType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** Solves one partition with codebooks of its own. */
final class AdditiveSolver {
  /**
   * Vectors to train on, of more a random choice: 512 a codeword, beyond which the codewords hardly
   * change.
   */
  private static final int TRAINING_VECTORS = 1 << 17;

  private final Shape shape;
  private final AdditiveParams params;
  private final float[] weights;
  private final SubVectors cut;
  private final LogScales scales;
  private final float[] vectors;

  AdditiveSolver(WeightPartition partition, AdditiveParams params) {
    this.shape = partition.shape();
    this.params = params;
    this.weights = partition.values();
    this.cut = SubVectors.balanced(shape, params.dimension());
    this.scales = LogScales.rootMeanSquares(weights, params.scale().scales(shape));
    this.vectors = cut.cut(scales.normalise(weights));
  }

  /**
   * The most codewords, a power of two, that take no more bits than the codes; 0 if even the fewest
   * do.
   */
  static int affordableCodewords(long vectors, int dimension, AdditiveParams params) {
    for (int k = params.codewords(); k >= AdditiveParams.FEWEST_CODEWORDS; k /= 2) {
      long codebookBits = (long) k * dimension * bitsPerNumber(params.factorType());
      long codeBits = vectors * Integer.numberOfTrailingZeros(k);
      if (codebookBits <= codeBits) {
        return k;
      }
    }
    return 0;
  }

  private static int bitsPerNumber(FactorType type) {
    return switch (type) {
      case F32 -> 32;
      case F16 -> 16;
      case INTEGER -> 6; // as measured, with the step below
    };
  }

  AdditiveFactors solve(int books, long seed) {
    int words = affordableCodewords(cut.count(), cut.dimension(), params);
    CodeShape codeShape = new CodeShape(books, words, cut.dimension());
    SplittableRandom random = new SplittableRandom(seed);
    Codebooks trained =
        new CodebookTrainer(codeShape, params.training())
            .train(trainingVectors(random.split()), random.nextLong());
    byte[] codes = new CodeSearch(trained, params.search()).encode(vectors, random.nextLong());
    Codebooks sorted = trained.byFrequency(CodeRates.occurrences(codeShape, codes));
    double error = trained.squaredError(vectors, codes) / vectors.length;
    byte[] storedCodebooks = stored(sorted, sorted.storedStep(error, cut.count()));
    Codebooks codebooks = AdditiveFactors.decodeCodebooks(storedCodebooks, codeShape);
    codes = new CodeSearch(codebooks, params.search()).encode(vectors, random.nextLong());
    LogScales refitted =
        LogScales.leastSquares(weights, cut.join(codebooks.decode(codes)), scales.count());
    return AdditiveFactors.withOwn(
        shape,
        params.scale(),
        codeShape,
        storedCodebooks,
        refitted.stored(),
        LogScales.ones(cut.vectorsPerRow()).stored(),
        CodeStream.encode(codes, codeShape));
  }

  private float[] trainingVectors(SplittableRandom random) {
    int d = cut.dimension();
    int count = vectors.length / d;
    if (count <= TRAINING_VECTORS) {
      return vectors;
    }
    float[] chosen = new float[TRAINING_VECTORS * d];
    int wanted = TRAINING_VECTORS;
    for (int i = 0; i < count && wanted > 0; i++) {
      if (random.nextInt(count - i) < wanted) { // every choice equally likely
        System.arraycopy(vectors, i * d, chosen, (TRAINING_VECTORS - wanted) * d, d);
        wanted--;
      }
    }
    return chosen;
  }

  private byte[] stored(Codebooks codebooks, double step) {
    CodeShape codeShape = codebooks.shape();
    ByteWriter out = new ByteWriter();
    FactorCoder.write(
        out,
        codebooks.values(),
        codeShape.totalCodewords(),
        codeShape.dimension(),
        params.factorType(),
        step);
    return out.toByteArray();
  }
}
