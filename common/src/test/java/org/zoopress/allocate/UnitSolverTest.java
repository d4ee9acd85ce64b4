package org.zoopress.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.zoopress.allocate.Candidate.Status;
import org.zoopress.config.Settings;
import org.zoopress.config.SettingsSource;
import org.zoopress.method.Factors;
import org.zoopress.method.MethodId;
import org.zoopress.method.SharedFactors;
import org.zoopress.payload.Payload;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** Every way to store a unit, and why some are none. */
class UnitSolverTest {
  private static Settings settings(String... assignments) {
    return Settings.of(SettingsSource.ofAssignments(List.of(assignments)));
  }

  private static WeightPartition gaussian(long seed, long... dims) {
    SplittableRandom random = new SplittableRandom(seed);
    Shape shape = Shape.of(dims);
    float[] values = new float[Math.toIntExact(shape.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.1 * random.nextGaussian());
    }
    return new WeightPartition("k" + seed, 0, DType.F32, shape, DType.F32.fromFloats(values));
  }

  private static byte[] restored(Candidate candidate, int member) {
    return Payload.decode(candidate.payload(), 0, candidate.payload().length, SharedFactors.none())
        .restore(member);
  }

  @Test
  void everyMethodAndOperatingPointIsACandidateMeasuredOnWhatIsStored() {
    WeightPartition weights = gaussian(1, 32, 16, 3, 3);
    List<Candidate> candidates =
        new UnitSolver(
                settings(
                    "methods=scalar,int8,dictionary-pair,lossless",
                    "scalar.bits=4,2",
                    "dictionary-pair.errors=0.1"))
            .solve(List.of(weights), false, "a test");
    assertThat(candidates)
        .extracting(c -> c.method() + " " + c.operatingPoint())
        .containsExactly(
            "lossless ",
            "scalar bits=4",
            "scalar bits=2",
            "int8 ",
            "dictionary-pair error=0.1 factors=integer");
    float[] w = weights.values();
    for (Candidate candidate : candidates) {
      assertThat(candidate.status()).isEqualTo(Status.OK);
      assertThat(candidate.reason()).isEmpty();
      byte[] bytes = restored(candidate, 0);
      float[] v = DType.F32.toFloats(bytes);
      double error = 0;
      double norm = 0;
      for (int i = 0; i < w.length; i++) {
        error += Math.pow((double) w[i] - v[i], 2);
        norm += Math.pow(w[i], 2);
      }
      assertThat(candidate.squaredErrors()[0])
          .as(candidate.method())
          .isCloseTo(error, org.assertj.core.data.Offset.offset(1e-12 * norm));
      assertThat(candidate.squaredNorms()[0])
          .isCloseTo(norm, org.assertj.core.data.Percentage.withPercentage(1e-9));
      assertThat(candidate.restoredKeys()).containsExactly(UnitSolver.restoredKey(bytes));
      assertThat(candidate.seconds()).isNotNegative();
    }
    assertThat(restored(candidates.get(0), 0)).isEqualTo(weights.data());
    assertThat(candidates.get(4).squaredErrors()[0])
        .isLessThanOrEqualTo(0.1 * candidates.get(4).squaredNorms()[0]);
  }

  @Test
  void aKeptUnitHasTheLosslessCandidateOnly() {
    List<Candidate> candidates =
        new UnitSolver(settings("methods=scalar,int4"))
            .solve(List.of(gaussian(2, 8, 8)), true, "x");
    assertThat(candidates).extracting(Candidate::method).containsExactly("lossless");
  }

  @Test
  void refusalsAreCandidatesWithTheReason() {
    WeightPartition integers = new WeightPartition("k", 0, DType.I32, Shape.of(3, 4), new byte[48]);
    WeightPartition empty = new WeightPartition("k", 0, DType.F32, Shape.of(0, 4), new byte[0]);
    WeightPartition notANumber =
        new WeightPartition(
            "k", 0, DType.F32, Shape.of(2), DType.F32.fromFloats(new float[] {1, Float.NaN}));
    UnitSolver solver = new UnitSolver(settings("methods=scalar,int8,int4,dictionary-pair"));
    for (WeightPartition weights : List.of(integers, empty, notANumber)) {
      List<Candidate> candidates = solver.solve(List.of(weights), false, "x");
      assertThat(candidates.get(0).method()).isEqualTo("lossless");
      assertThat(restored(candidates.get(0), 0)).isEqualTo(weights.data());
      assertThat(candidates).hasSize(5);
      for (Candidate candidate : candidates.subList(1, 5)) {
        assertThat(candidate.status()).as(candidate.method()).isEqualTo(Status.REFUSED);
        assertThat(candidate.reason()).as(candidate.method()).isNotBlank();
        assertThat(candidate.payload()).isEmpty();
      }
    }
  }

  /** A method that is defective in the way that a test wants. */
  private static EnabledMethod broken(
      String refusal, RuntimeException onRefusal, Throwable onSolve) {
    return new EnabledMethod() {
      @Override
      public MethodId id() {
        return MethodId.TUCKER;
      }

      @Override
      public Optional<String> refusal(List<WeightPartition> members) {
        if (onRefusal != null) {
          throw onRefusal;
        }
        return Optional.ofNullable(refusal);
      }

      @Override
      public List<List<Factors>> solve(List<WeightPartition> members) {
        if (onSolve instanceof Error error) {
          throw error;
        }
        throw (RuntimeException) onSolve;
      }
    };
  }

  @Test
  void aDefectOfOneMethodCostsNeitherTheTensorNorTheOtherMethods() {
    List<EnabledMethod> methods =
        List.of(
            broken(null, null, new ArithmeticException("singular")),
            broken("too small", null, null),
            broken(null, new IllegalStateException("cannot even look at it"), null),
            broken(null, null, new OutOfMemoryError("Java heap space")),
            EnabledMethod.of(settings("methods=int8"), List.of()).get(0));
    List<Candidate> candidates =
        new UnitSolver(methods, SharedFactors.none()).solve(List.of(gaussian(3, 8, 8)), false, "x");
    assertThat(candidates)
        .extracting(Candidate::method, Candidate::status, Candidate::reason)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("lossless", Status.OK, ""),
            org.assertj.core.groups.Tuple.tuple(
                "tucker", Status.FAILED, "ArithmeticException: singular"),
            org.assertj.core.groups.Tuple.tuple("tucker", Status.REFUSED, "too small"),
            org.assertj.core.groups.Tuple.tuple(
                "tucker", Status.FAILED, "IllegalStateException: cannot even look at it"),
            org.assertj.core.groups.Tuple.tuple(
                "tucker", Status.FAILED, "OutOfMemoryError: Java heap space"),
            org.assertj.core.groups.Tuple.tuple("int8", Status.OK, ""));
  }

  @Test
  void sharedDictionariesCoverAllMembersOfTheUnit() {
    List<WeightPartition> members = List.of(gaussian(4, 16, 8, 3, 3), gaussian(5, 24, 8, 3, 3));
    List<Candidate> candidates =
        new UnitSolver(
                settings(
                    "methods=scalar,dictionary-pair",
                    "dictionary-pair.shared-layers=2",
                    "dictionary-pair.words=20",
                    "dictionary-pair.errors="))
            .solve(members, false, "x");
    assertThat(candidates).extracting(Candidate::status).containsOnly(Status.OK);
    for (Candidate candidate : candidates) {
      assertThat(candidate.squaredErrors()).hasSize(2);
      for (int m = 0; m < 2; m++) {
        assertThat(restored(candidate, m)).hasSameSizeAs(members.get(m).data());
        assertThat(candidate.restoredKeys()[m])
            .isEqualTo(UnitSolver.restoredKey(restored(candidate, m)));
      }
    }
  }

  @Test
  void equalUnitsGiveEqualPayloads() {
    UnitSolver solver = new UnitSolver(settings("methods=scalar,dictionary-pair"));
    List<Candidate> one = solver.solve(List.of(gaussian(6, 20, 30)), false, "x");
    List<Candidate> again = solver.solve(List.of(gaussian(6, 20, 30)), false, "y");
    for (int c = 0; c < one.size(); c++) {
      assertThat(again.get(c).payload()).isEqualTo(one.get(c).payload());
    }
  }
}
