package org.zoopress.method.additive;

import java.util.List;
import org.zoopress.method.FactorType;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedObject;

/** Codebooks trained as a run trains shared ones, in one thread. */
final class TestCodebooks {
  private TestCodebooks() {}

  /** Codebooks for Gaussian vectors. */
  static SharedObject stored(int books, int words, int dimension, double lambda) {
    SharedShape shape = new SharedShape(new CodeShape(books, words, dimension), lambda);
    return train(shape, TestVectors.gaussian(4000, dimension, 77), 6, 4000);
  }

  /**
   * Codebooks as they are stored, with rates.
   *
   * @param vectors to train on
   * @param count of all vectors that will be coded
   */
  static SharedObject train(SharedShape shape, float[] vectors, int turns, long count) {
    CodeShape codes = shape.codes();
    double lambda = shape.lambda();
    TrainingParams params = TrainingParams.DEFAULT.withIterations(turns).withLambda(lambda);
    SharedCodebooks trained =
        SharedCodebooks.fresh(new CodebookTrainer(codes, params).train(vectors, 78));
    byte[] found = new CodeSearch(trained.codebooks(), params.search()).encode(vectors, 79);
    for (int i = 0; i < 2; i++) { // use follows from prices, prices from use
      float[] prices = CodeRates.of(codes, CodeRates.occurrences(codes, found)).prices(lambda);
      found = new CodeSearch(trained.codebooks(), prices, params.search()).encode(vectors, 80);
    }
    double error = trained.codebooks().squaredError(vectors, found) / vectors.length;
    return trained
        .withUse(CodeRates.occurrences(codes, found))
        .stored(FactorType.INTEGER, trained.codebooks().storedStep(error, count));
  }

  static SharedCodebooks decoded(SharedObject object) {
    return SharedCodebooks.find(SharedFactors.of(List.of(object)), object.id());
  }
}
