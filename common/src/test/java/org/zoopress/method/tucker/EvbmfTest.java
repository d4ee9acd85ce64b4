package org.zoopress.method.tucker;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.ml.linalg.DenseMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;
import org.zoopress.linalg.RandomMatrices;

class EvbmfTest {
  private static final LinearAlgebra ALGEBRA = LinearAlgebra.get();

  /** SNR is the energy of the signal over that of the noise. */
  @ParameterizedTest(name = "SNR {0}, seed {1}")
  @CsvSource({"4, 1", "4, 2", "4, 3", "4, 4", "1, 1", "1, 2", "1, 3", "1, 4", "100, 1"})
  void findsThePlantedRankInNoise(double signalToNoise, long seed) {
    assertThat(Evbmf.rank(64, 576, energies(planted(64, 576, 10, signalToNoise, seed))))
        .isEqualTo(10);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void findsNothingInPureNoise(long seed) {
    assertThat(Evbmf.rank(64, 576, energies(RandomMatrices.gaussian(64, 576, seed)))).isZero();
    assertThat(Evbmf.rank(40, 40, energies(RandomMatrices.gaussian(40, 40, seed)))).isZero();
  }

  @Test
  void sizesMayComeInEitherOrderAndScaleDoesNotMatter() {
    double[] energies = energies(planted(48, 90, 5, 2, 9));
    for (double scale : new double[] {1e-30, 1, 1e30}) {
      double[] scaled = energies.clone();
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] *= scale;
      }
      assertThat(Evbmf.rank(48, 90, scaled)).isEqualTo(5);
      assertThat(Evbmf.rank(90, 48, scaled)).isEqualTo(5);
    }
  }

  @Test
  void zerosHaveNoRankAndExactRanksAreKept() {
    assertThat(Evbmf.rank(8, 20, new double[0])).isZero();
    assertThat(Evbmf.rank(8, 20, new double[] {5, 4, 3})).isEqualTo(3);
    assertThat(Evbmf.rank(1, 20, new double[] {5})).isBetween(0, 1);
  }

  private static double[] energies(DenseMatrix matrix) {
    return ALGEBRA.eigenvalues(ALGEBRA.outerGram(matrix));
  }

  private static DenseMatrix planted(
      int rows, int columns, int rank, double signalToNoise, long seed) {
    DenseMatrix signal =
        ALGEBRA.multiply(
            RandomMatrices.gaussian(rows, rank, 3 * seed),
            RandomMatrices.gaussian(rank, columns, 3 * seed + 1));
    DenseMatrix noise = RandomMatrices.gaussian(rows, columns, 3 * seed + 2);
    double factor =
        Math.sqrt(Matrices.squaredNorm(signal) / signalToNoise / Matrices.squaredNorm(noise));
    for (int i = 0; i < signal.values().length; i++) {
      signal.values()[i] += factor * noise.values()[i];
    }
    return signal;
  }
}
