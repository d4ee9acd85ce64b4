package org.zoopress.job;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.zoopress.io.VectorBlock;
import org.zoopress.method.FactorType;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedId;
import org.zoopress.method.SharedObject;
import org.zoopress.method.additive.SharedCodebooks;
import org.zoopress.method.additive.SharedTraining;
import org.zoopress.method.additive.TrainingSums;

/**
 * Trains codebooks over blocks of vectors that stay where they are: codebooks go out to the tasks,
 * exact sums of one size come back. Which partition a block is in, how many there are, and in which
 * order their sums meet, changes no bit of the result.
 *
 * @param training shape, turns and seed
 * @param sampled number of vectors in the blocks, as planned
 * @param vectors number of vectors that the codebooks are for
 * @param type how they are stored
 * @param parent codebooks to go on from, as stored; empty: from nothing
 */
record DistributedTraining(
    SharedTraining training,
    long sampled,
    long vectors,
    FactorType type,
    Optional<SharedObject> parent) {

  /** Partial sums that one task adds up, at most about. */
  private static final int FAN_IN = 16;

  /**
   * One pass over the vectors.
   *
   * @param iteration 0 for the codebooks that the training began with
   * @param relativeError ‖X − X̂‖²/‖X‖² of codebooks with the noise of their turn
   * @param seconds wall time
   * @param reducedBytes bytes of all partial sums
   */
  record Turn(
      int iteration, long vectors, double relativeError, double seconds, long reducedBytes) {}

  /**
   * Codebooks as stored.
   *
   * @param relativeError on the sample
   */
  record Trained(SharedObject object, double relativeError, List<Turn> turns) {}

  /**
   * Trains.
   *
   * @param blocks persisted by the caller: they are gone through once a turn
   * @param progress told of every turn
   * @return empty if there is not a single vector
   */
  Optional<Trained> run(
      JavaSparkContext spark, JavaRDD<VectorBlock> blocks, Consumer<Turn> progress) {
    Optional<SharedCodebooks> old = parent.map(DistributedTraining::codebooks);
    Optional<SharedTraining.State> begin =
        old.isPresent() ? old.map(DistributedTraining::state) : start(blocks);
    if (begin.isEmpty()) {
      return Optional.empty();
    }
    SharedTraining.State state = begin.get();
    List<Turn> turns = new ArrayList<>();
    TrainingSums sums = new TrainingSums(training.shape());
    for (int turn = 1; turn <= training.params().iterations(); turn++) {
      sums = pass(spark, blocks, state, turn, turns);
      progress.accept(turns.get(turns.size() - 1));
      state = training.next(sums, turn);
    }
    SharedObject object =
        training.stored(
            state.codebooks(),
            sums,
            vectors,
            type,
            old.map(found -> found.version() + 1).orElse(1),
            parent.map(SharedObject::id));
    int last = training.params().iterations() + 1;
    TrainingSums stored = pass(spark, blocks, state(codebooks(object)), last, turns);
    progress.accept(turns.get(turns.size() - 1));
    return Optional.of(new Trained(object, stored.relativeError(), turns));
  }

  private static SharedCodebooks codebooks(SharedObject object) {
    SharedId id = object.id();
    return SharedCodebooks.find(SharedFactors.of(List.of(object)), id);
  }

  private static SharedTraining.State state(SharedCodebooks codebooks) {
    return new SharedTraining.State(codebooks.codebooks(), codebooks.rates());
  }

  /** A sub-sample comes together in one task, in its order, and is what the start is made from. */
  private Optional<SharedTraining.State> start(JavaRDD<VectorBlock> blocks) {
    int dimension = training.shape().dimension();
    long all = sampled;
    SharedTraining shared = training;
    return blocks
        .map(block -> thinned(block, dimension, all))
        .repartition(1)
        .mapPartitions(thin -> start(shared, thin))
        .collect()
        .stream()
        .findFirst();
  }

  private static Iterator<SharedTraining.State> start(
      SharedTraining training, Iterator<VectorBlock> thin) {
    List<VectorBlock> blocks = new ArrayList<>();
    thin.forEachRemaining(blocks::add);
    blocks.sort(Comparator.comparingLong(VectorBlock::first));
    float[] sample = new float[blocks.stream().mapToInt(block -> block.vectors().length).sum()];
    int filled = 0;
    for (VectorBlock block : blocks) {
      System.arraycopy(block.vectors(), 0, sample, filled, block.vectors().length);
      filled += block.vectors().length;
    }
    return sample.length == 0
        ? List.<SharedTraining.State>of().iterator()
        : List.of(training.start(sample)).iterator();
  }

  /**
   * Of all N vectors every N/S-th, for S of them: vector g where ⌊(g+1)·S/N⌋ is more than ⌊g·S/N⌋.
   */
  static VectorBlock thinned(VectorBlock block, int dimension, long all) {
    if (all <= SharedTraining.START_VECTORS) {
      return block;
    }
    float[] kept = new float[block.vectors().length];
    int count = 0;
    for (int i = 0; i < block.vectors().length / dimension; i++) {
      long g = block.first() + i;
      if ((g + 1) * SharedTraining.START_VECTORS / all > g * SharedTraining.START_VECTORS / all) {
        System.arraycopy(block.vectors(), i * dimension, kept, count * dimension, dimension);
        count++;
      }
    }
    return new VectorBlock(block.first(), Arrays.copyOf(kept, count * dimension));
  }

  private TrainingSums pass(
      JavaSparkContext spark,
      JavaRDD<VectorBlock> blocks,
      SharedTraining.State state,
      int turn,
      List<Turn> turns) {
    long begin = System.nanoTime();
    SharedTraining shared = training;
    Broadcast<SharedTraining.State> sent = spark.broadcast(state);
    int partitions = blocks.getNumPartitions();
    // Fewest levels with at most so many sums a task.
    int depth = 1;
    for (long reach = FAN_IN; reach < partitions; reach *= FAN_IN) {
      depth++;
    }
    TrainingSums sums =
        blocks
            .mapPartitions(
                part -> {
                  SharedTraining.Pass pass = shared.pass(sent.value(), turn);
                  part.forEachRemaining(block -> pass.add(block.first(), block.vectors()));
                  return List.of(pass.sums()).iterator();
                })
            .treeReduce(TrainingSums::merge, depth);
    sent.destroy();
    turns.add(
        new Turn(
            turn - 1,
            sums.vectors(),
            sums.relativeError(),
            (System.nanoTime() - begin) * 1e-9,
            partitions * sums.bytes()));
    return sums;
  }
}
