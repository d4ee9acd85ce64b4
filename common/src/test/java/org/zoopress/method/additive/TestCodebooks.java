package org.zoopress.method.additive;

import org.zoopress.method.FactorType;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedObject;

/** Shared codebooks for Gaussian vectors. */
final class TestCodebooks {
  private TestCodebooks() {}

  /**
   * Codebooks as they are stored, with rates.
   *
   * @param lambda worth of a bit in training
   */
  static SharedObject stored(int books, int words, int dimension, double lambda) {
    CodeShape shape = new CodeShape(books, words, dimension);
    float[] vectors = TestVectors.gaussian(4000, dimension, 77);
    TrainingParams params = TrainingParams.DEFAULT.withIterations(6).withLambda(lambda);
    Codebooks trained = new CodebookTrainer(shape, params).train(vectors, 78);
    byte[] codes = new CodeSearch(trained, params.search()).encode(vectors, 79);
    CodeRates rates = CodeRates.of(shape, CodeRates.occurrences(shape, codes));
    codes = new CodeSearch(trained, rates.prices(lambda), params.search()).encode(vectors, 80);
    return SharedCodebooks.fresh(trained)
        .withUse(CodeRates.occurrences(shape, codes))
        .stored(FactorType.INTEGER, 0.05);
  }

  static SharedCodebooks decoded(SharedObject object) {
    return SharedCodebooks.find(SharedFactors.of(java.util.List.of(object)), object.id());
  }
}
