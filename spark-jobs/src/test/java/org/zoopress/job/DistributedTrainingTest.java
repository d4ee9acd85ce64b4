package org.zoopress.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.io.VectorBlock;
import org.zoopress.method.FactorType;
import org.zoopress.method.SharedObject;
import org.zoopress.method.additive.CodeShape;
import org.zoopress.method.additive.SharedTraining;
import org.zoopress.method.additive.TrainingParams;
import org.zoopress.method.additive.TrainingSums;

/** The training on Spark against the same steps in one loop, bit for bit. */
class DistributedTrainingTest {
  private static final TrainingParams TURNS =
      TrainingParams.DEFAULT.withIterations(3).withLambda(0.05);

  private static List<VectorBlock> blocks(int blocks, int size, int dimension) {
    SplittableRandom random = new SplittableRandom(7);
    List<VectorBlock> list = new ArrayList<>();
    for (int b = 0; b < blocks; b++) {
      list.add(
          new VectorBlock(
              (long) b * size, TestZoo.gaussian(random, size * dimension, /* std */ 1)));
    }
    return list;
  }

  private static DistributedTraining training(CodeShape shape, long vectors) {
    return new DistributedTraining(
        new SharedTraining(shape, TURNS, 11),
        vectors,
        vectors,
        FactorType.INTEGER,
        Optional.empty());
  }

  private static JavaSparkContext spark() {
    return new JavaSparkContext(TestSpark.local().sparkContext());
  }

  /** One thread, blocks in order. */
  private static SharedObject twin(SharedTraining training, List<VectorBlock> blocks) {
    int length = blocks.stream().mapToInt(block -> block.vectors().length).sum();
    float[] all = new float[length];
    int at = 0;
    for (VectorBlock block : blocks) {
      System.arraycopy(block.vectors(), 0, all, at, block.vectors().length);
      at += block.vectors().length;
    }
    int d = training.shape().dimension();
    int count = length / d;
    float[] sample = new float[Math.min(count, SharedTraining.START_VECTORS) * d];
    for (int i = 0, k = 0; i < count; i++) {
      if (count <= SharedTraining.START_VECTORS
          || (i + 1L) * SharedTraining.START_VECTORS / count
              > (long) i * SharedTraining.START_VECTORS / count) {
        System.arraycopy(all, i * d, sample, d * k++, d);
      }
    }
    SharedTraining.State state = training.start(sample);
    TrainingSums sums = new TrainingSums(training.shape());
    for (int turn = 1; turn <= training.params().iterations(); turn++) {
      SharedTraining.Pass pass = training.pass(state, turn);
      blocks.forEach(block -> pass.add(block.first(), block.vectors()));
      sums = pass.sums();
      state = training.next(sums, turn);
    }
    return training.stored(state.codebooks(), sums, count, FactorType.INTEGER, 1, Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 40})
  void codebooksAreThoseOfOneLoopForAnyPartitions(int partitions) {
    List<VectorBlock> blocks = blocks(23, 50, 4);
    DistributedTraining training = training(new CodeShape(3, 16, 4), 23 * 50);
    SharedObject expected = twin(training.training(), blocks);
    List<VectorBlock> shuffled = new ArrayList<>(blocks);
    Collections.shuffle(shuffled, new Random(partitions));
    List<Integer> told = new ArrayList<>();
    DistributedTraining.Trained found =
        training
            .run(
                spark(),
                spark().parallelize(shuffled, partitions),
                turn -> told.add(turn.iteration()))
            .orElseThrow();
    assertThat(found.object().content()).isEqualTo(expected.content());
    assertThat(told).containsExactly(0, 1, 2, 3);
    long one = new TrainingSums(new CodeShape(3, 16, 4)).bytes();
    assertThat(found.turns())
        .allSatisfy(
            turn -> {
              assertThat(turn.vectors()).isEqualTo(23 * 50);
              assertThat(turn.reducedBytes()).isEqualTo(partitions * one);
            });
    assertThat(found.relativeError()).isEqualTo(found.turns().get(3).relativeError());
  }

  @Test
  void theStartIsMadeFromASubSampleOfMany() {
    List<VectorBlock> blocks = blocks(20, 4000, 2);
    DistributedTraining training = training(new CodeShape(2, 4, 2), 80_000);
    assertThat(
            training
                .run(spark(), spark().parallelize(blocks, 5), turn -> {})
                .orElseThrow()
                .object()
                .content())
        .isEqualTo(twin(training.training(), blocks).content());
    assertThat(
            blocks.stream()
                .mapToInt(
                    block -> DistributedTraining.thinned(block, 2, 80_000).vectors().length / 2)
                .sum())
        .isEqualTo(SharedTraining.START_VECTORS);
  }

  @Test
  void trainingGoesOnFromAParent() {
    List<VectorBlock> blocks = blocks(4, 300, 4);
    CodeShape shape = new CodeShape(2, 8, 4);
    DistributedTraining.Trained first =
        training(shape, 1200)
            .run(spark(), spark().parallelize(blocks, 2), turn -> {})
            .orElseThrow();
    DistributedTraining.Trained second =
        new DistributedTraining(
                new SharedTraining(shape, TURNS.withRelaxation(0), 11),
                1200,
                1200,
                FactorType.INTEGER,
                Optional.of(first.object()))
            .run(spark(), spark().parallelize(blocks, 3), turn -> {})
            .orElseThrow();
    assertThat(second.turns().get(0).relativeError()).isEqualTo(first.relativeError());
    assertThat(second.turns().get(2).relativeError())
        .isLessThanOrEqualTo(second.turns().get(0).relativeError());
    assertThat(second.object().id()).isNotEqualTo(first.object().id());
  }

  @Test
  void noVectorsGiveNoCodebooks() {
    assertThat(
            training(new CodeShape(2, 8, 4), 0)
                .run(spark(), spark().parallelize(List.<VectorBlock>of(), 2), turn -> {}))
        .isEmpty();
  }

  @Test
  void sharesAreEqualUnlessThereIsLess() {
    assertThat(EqualShares.of(10, new long[] {100, 1, 100})).containsExactly(4, 1, 5);
    assertThat(EqualShares.of(1000, new long[] {5, 0, 7})).containsExactly(5, 0, 7);
    assertThat(EqualShares.of(0, new long[] {5, 7})).containsExactly(0, 0);
    assertThat(EqualShares.of(2, new long[] {9, 9, 9, 9})).containsExactly(0, 0, 1, 1);
    assertThat(EqualShares.of(5, new long[0])).isEmpty();
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 200; i++) {
      long[] capacities = random.longs(random.nextInt(1, 9), 0, 50).toArray();
      long budget = random.nextLong(200);
      long[] shares = EqualShares.of(budget, capacities);
      assertThat(Arrays.stream(shares).sum())
          .isEqualTo(Math.min(budget, Arrays.stream(capacities).sum()));
      long most = Arrays.stream(shares).max().orElseThrow();
      for (int k = 0; k < shares.length; k++) {
        assertThat(shares[k]).isBetween(Math.min(capacities[k], most - 1), capacities[k]);
      }
    }
  }
}
