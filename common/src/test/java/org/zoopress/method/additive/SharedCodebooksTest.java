package org.zoopress.method.additive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.FactorType;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedId;
import org.zoopress.method.SharedObject;
import org.zoopress.method.TestWeights;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** Codes for codebooks that are stored elsewhere: what they refer to, what they take, and save. */
class SharedCodebooksTest {
  private static final SharedObject OBJECT = TestCodebooks.stored(2, 64, 8, 0.1);
  private static final AdditiveParams PARAMS =
      AdditiveParams.DEFAULT.withTraining(TrainingParams.DEFAULT.withIterations(1));

  private final AdditiveMethod method =
      new AdditiveMethod(SharedFactors.of(List.of(OBJECT)), List.of(OBJECT.id()));

  private static WeightPartition gaussian(long... dims) {
    Shape shape = Shape.of(dims);
    float[] values = TestVectors.gaussian(Math.toIntExact(shape.elements()), 1, 1);
    return new WeightPartition("t", 0, DType.F32, shape, DType.F32.fromFloats(values));
  }

  private static byte[] bytes(AdditiveFactors factors) {
    ByteWriter out = new ByteWriter();
    factors.write(out);
    return out.toByteArray();
  }

  @Test
  void codebooksVersionParentAndRatesComeBack() {
    CodeShape shape = new CodeShape(2, 16, 3);
    long[] use = new long[32];
    for (int i = 0; i < use.length; i++) {
      use[i] = i * i % 17;
    }
    SharedCodebooks written =
        new SharedCodebooks(
                TestVectors.gaussianCodebooks(shape, 5), 2, Optional.of(new SharedId(42)))
            .withUse(use);
    SharedObject object = written.stored(FactorType.F32, 0);
    SharedCodebooks back = TestCodebooks.decoded(object);
    assertThat(back.codebooks().values()).isEqualTo(written.codebooks().values());
    assertThat(back.version()).isEqualTo(2);
    assertThat(back.parent()).contains(new SharedId(42));
    assertThat(back.rates().eighths()).isEqualTo(written.rates().eighths());
    assertThat(back.rates().eighths()).hasSize(32).isNotEqualTo(new int[32]);
  }

  @Test
  void frequentCodewordsComeFirstAndCostLess() {
    CodeShape shape = new CodeShape(1, 4, 1);
    SharedCodebooks sorted =
        SharedCodebooks.fresh(new Codebooks(shape, new float[] {10, 20, 30, 40}))
            .withUse(new long[] {1, 100, 25, 0});
    assertThat(sorted.codebooks().values()).containsExactly(20, 30, 10, 40);
    assertThat(sorted.rates().bits(0, 0))
        .isCloseTo(Math.log(128 / 100.5) / Math.log(2), within(1 / 16.0));
    assertThat(sorted.rates().bits(0, 3)).isEqualTo(8); // (0 + ½)/(126 + 2) = 2^-8
    assertThat(sorted.rates().prices(0.5)[3]).isEqualTo(4);
  }

  /** No codebook bytes: 8 for the id, the codes, and under a byte a scale. */
  @Test
  void aTensorTooSmallForCodebooksOfItsOwnGetsTheSharedOnes() {
    WeightPartition small = gaussian(16, 32);
    assertThat(new AdditiveMethod().refusal(small, PARAMS)).isPresent();
    assertThat(method.refusal(small, PARAMS)).isEmpty();
    List<AdditiveFactors> points = method.solve(small, PARAMS, 1);
    AdditiveFactors best = points.get(0);
    assertThat(best.operatingPoint())
        .matches("shared codebooks=2 codewords=64 dimension=8 bits=1\\.[45]\\d");
    assertThat(best.shared()).containsExactly(OBJECT.id());
    int codes = 64 * 2 * 6 / 8;
    assertThat(bytes(best).length).isLessThanOrEqualTo(codes + 8 + 16 + 14);
    assertThat(best.paperBytes()).isEqualTo(codes + (16 + 4) * 2);
    for (int k = 1; k < points.size(); k++) {
      assertThat(bytes(points.get(k)).length)
          .as("point %s", k)
          .isLessThanOrEqualTo(bytes(points.get(k - 1)).length + 2); // the model's fit varies
    }
  }

  @Test
  void largerTensorsHaveBoth() {
    List<AdditiveFactors> points = method.solve(gaussian(64, 48), PARAMS.withCodebooks(1, 2), 1);
    assertThat(points.get(0).shared()).isEmpty();
    assertThat(points.get(1).shared()).isEmpty();
    assertThat(points.subList(2, points.size())).hasSize(5);
    assertThat(points.subList(2, points.size()))
        .allSatisfy(point -> assertThat(point.shared()).containsExactly(OBJECT.id()));
  }

  @Test
  void filtersShorterThanHalfAVectorAreNotFilledUp() {
    assertThat(SharedSolver.fits(Shape.of(64, 16, 3, 3), 16)).isTrue();
    assertThat(SharedSolver.fits(Shape.of(64, 1, 3, 3), 16)).isFalse();
    assertThat(SharedSolver.fits(Shape.of(64, 3, 3, 3), 16)).isTrue();
    assertThat(SharedSolver.fits(Shape.of(1), 8)).isFalse();
    assertThat(method.refusal(gaussian(40, 3), PARAMS)).isPresent();
  }

  @Test
  void missingCodebooksAreNamed() {
    byte[] stored = bytes(method.solve(gaussian(16, 32), PARAMS, 1).get(0));
    assertThatThrownBy(
            () -> new AdditiveMethod().read(new ByteReader(stored), List.of(Shape.of(16, 32))))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("there is no shared object " + OBJECT.id());
  }

  @Test
  void damagedCodebooksAreReported() {
    byte[] good = OBJECT.content();
    SplittableRandom random = new SplittableRandom(3);
    for (int trial = 0; trial < 300; trial++) {
      byte[] bad = good.clone();
      if (trial % 3 == 0) {
        bad = java.util.Arrays.copyOf(bad, random.nextInt(good.length));
      } else {
        bad[random.nextInt(trial % 2 == 0 ? 12 : bad.length)] ^= (byte) (1 << random.nextInt(8));
      }
      byte[] content = bad;
      try {
        SharedCodebooks read = TestCodebooks.decoded(SharedObject.of(content));
        assertThat(read.codebooks().values()).isNotEmpty(); // damage in a codeword does not show
      } catch (CorruptDataException expected) {
        assertThat(expected).hasMessageMatching("(?s).+");
      }
    }
  }

  /** With prices the sum of error and price is least over all words: one codebook is exact. */
  @Test
  void pricesAreWeighedAgainstErrors() {
    CodeShape shape = new CodeShape(1, 16, 3);
    Codebooks codebooks = TestVectors.gaussianCodebooks(shape, 9);
    float[] vectors = TestVectors.gaussian(100, 3, 10);
    long[] use = new long[16];
    java.util.Arrays.setAll(use, k -> 1L << k);
    float[] prices = CodeRates.of(shape, use).prices(0.2);
    byte[] codes = new CodeSearch(codebooks, prices, SearchParams.DEFAULT).encode(vectors, 1);
    for (int i = 0; i < codes.length; i++) {
      int best = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int k = 0; k < 16; k++) {
        double cost = prices[k];
        for (int j = 0; j < 3; j++) {
          cost += Math.pow(vectors[3 * i + j] - codebooks.values()[3 * k + j], 2);
        }
        if (cost < least) {
          least = cost;
          best = k;
        }
      }
      assertThat((int) codes[i]).isEqualTo(best);
    }
  }

  /** Two and three codebooks: against all combinations of words. */
  @Test
  void sumsOfPricesAreNearTheLeastOfAllCombinations() {
    for (int books : new int[] {2, 3}) {
      CodeShape shape = new CodeShape(books, 8, 4);
      Codebooks codebooks = TestVectors.gaussianCodebooks(shape, 11);
      float[] vectors = TestVectors.gaussian(64, 4, 12);
      long[] use = new long[shape.totalCodewords()];
      java.util.Arrays.setAll(use, k -> 1L << k % 8);
      float[] prices = CodeRates.of(shape, use).prices(0.3);
      byte[] codes = new CodeSearch(codebooks, prices, SearchParams.DEFAULT).encode(vectors, 1);
      double found = 0;
      double least = 0;
      for (int i = 0; i < 64; i++) {
        float[] x = java.util.Arrays.copyOfRange(vectors, 4 * i, 4 * i + 4);
        found +=
            cost(
                codebooks,
                prices,
                x,
                java.util.Arrays.copyOfRange(codes, books * i, books * i + books));
        double best = Double.POSITIVE_INFINITY;
        for (int all = 0; all < 1 << 3 * books; all++) {
          byte[] combination = new byte[books];
          for (int m = 0; m < books; m++) {
            combination[m] = (byte) (all >> 3 * m & 7);
          }
          best = Math.min(best, cost(codebooks, prices, x, combination));
        }
        least += best;
      }
      assertThat(found).isBetween(least * (1 - 1e-6), least * (books == 2 ? 1 + 1e-5 : 1.01));
    }
  }

  private static double cost(Codebooks codebooks, float[] prices, float[] x, byte[] codes) {
    double cost = codebooks.squaredError(x, codes);
    for (int m = 0; m < codes.length; m++) {
      cost += prices[m * codebooks.shape().codewords() + codes[m]];
    }
    return cost;
  }

  /**
   * Bits against error on real weights: with the worth of a bit in training and search, codebooks
   * of ResNet-20 leave less error for fewer bits than ones of fewer codewords.
   */
  @Test
  void entropyConstrainedCodesBeatPlainOnes() {
    float[] vectors = TestVectors.resnet20(8);
    CodeShape plain = new CodeShape(2, 64, 8);
    Codebooks least =
        new CodebookTrainer(plain, TrainingParams.DEFAULT.withIterations(3)).train(vectors, 1);
    byte[] codes = new CodeSearch(least, SearchParams.DEFAULT).encode(vectors, 2);
    double plainError = least.squaredError(vectors, codes);

    CodeShape rich = new CodeShape(2, 256, 8);
    TrainingParams constrained = TrainingParams.DEFAULT.withIterations(3).withLambda(0.3);
    Codebooks trained = new CodebookTrainer(rich, constrained).train(vectors, 1);
    byte[] start = new CodeSearch(trained, SearchParams.DEFAULT).encode(vectors, 2);
    CodeRates rates = CodeRates.of(rich, CodeRates.occurrences(rich, start));
    byte[] few =
        new CodeSearch(trained, rates.prices(0.3), SearchParams.DEFAULT).encode(vectors, 2);
    rates = CodeRates.of(rich, CodeRates.occurrences(rich, few));
    few = new CodeSearch(trained, rates.prices(0.3), SearchParams.DEFAULT).encode(vectors, 2);
    rates = CodeRates.of(rich, CodeRates.occurrences(rich, few));
    // D falls by 4 with each bit more, so D·4^R compares quantizers of unequal rates.
    double weights = vectors.length;
    double rate = 8 * CodeStream.encode(few, rates).length / weights;
    double gain =
        trained.squaredError(vectors, few) * Math.pow(4, rate) / (plainError * Math.pow(4, 1.5));
    assertThat(rate).isBetween(1.0, 1.7);
    assertThat(gain).isLessThan(0.93);
  }

  @Test
  void sharingIsOfferedForRealLayers() {
    for (WeightPartition weight : TestWeights.network("cifar10_resnet/resnet20")) {
      if (weight.tensor().equals("layer1.0.conv1.weight")) {
        assertThat(new AdditiveMethod().refusal(weight, PARAMS)).isEmpty();
        assertThat(method.solve(weight, PARAMS, 1)).hasSizeGreaterThan(5);
      }
    }
  }
}
