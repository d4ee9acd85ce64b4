package org.zoopress.job;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.zoopress.io.UnitPlan;
import org.zoopress.io.VectorBlock;
import org.zoopress.method.additive.MomentSums;
import org.zoopress.method.additive.ScaleScope;
import scala.Tuple2;

/** The vectors of a sample on executors: read once, at the first need, for all that is done. */
final class SampledBlocks implements AutoCloseable {
  private static final long LEFT_OUT = -1;

  private final RunContext run;
  private final VectorSample sample;
  private final ScaleScope scope;
  private Optional<JavaRDD<VectorBlock>> blocks = Optional.empty();

  SampledBlocks(RunContext run, VectorSample sample, ScaleScope scope) {
    this.run = run;
    this.sample = sample;
    this.scope = scope;
  }

  /**
   * Tells the partition of a block by its first vector.
   *
   * @param firsts index of the first vector of each chosen partition, ascending
   * @param values what is wanted to be known of each of them
   */
  @SuppressWarnings("ArrayRecordComponent") // sent to tasks, never compared
  private record Places(long[] firsts, long[] values) implements Serializable {
    private int index(VectorBlock block) {
      int found = Arrays.binarySearch(firsts, block.first());
      return found >= 0 ? found : -found - 2;
    }

    long value(VectorBlock block) {
      return values[index(block)];
    }

    /** Index of its first vector, were that of its partition the value. */
    long moved(VectorBlock block) {
      return value(block) + block.first() - firsts[index(block)];
    }
  }

  /** The whole sample. */
  JavaRDD<VectorBlock> all() {
    if (blocks.isEmpty()) {
      blocks = Optional.of(sample.read(run, scope).persist(StorageLevel.MEMORY_AND_DISK_SER()));
    }
    return blocks.get();
  }

  /**
   * A part of the sample.
   *
   * @param some made by {@link VectorSample#only}
   */
  JavaRDD<VectorBlock> of(VectorSample some) {
    if (some.chosen().size() == sample.chosen().size()) {
      return all();
    }
    long[] firsts = new long[sample.chosen().size()];
    Iterator<VectorSample.Chosen> wanted = some.chosen().iterator();
    Optional<VectorSample.Chosen> next = next(wanted);
    for (int i = 0; i < firsts.length; i++) {
      UnitPlan.Member member = sample.chosen().get(i).member();
      firsts[i] = LEFT_OUT;
      if (next.isPresent() && next.get().member().equals(member)) {
        firsts[i] = next.get().first();
        next = next(wanted);
      }
    }
    Broadcast<Places> places = run.spark().broadcast(places(firsts));
    return all()
        .filter(block -> places.value().value(block) != LEFT_OUT)
        .map(block -> new VectorBlock(places.value().moved(block), block.vectors()));
  }

  private static Optional<VectorSample.Chosen> next(Iterator<VectorSample.Chosen> chosen) {
    return chosen.hasNext() ? Optional.of(chosen.next()) : Optional.empty();
  }

  private Places places(long[] values) {
    return new Places(
        sample.chosen().stream().mapToLong(VectorSample.Chosen::first).toArray(), values);
  }

  /**
   * Sums of xxᵀ: d(d+1)/2 numbers of 8 bytes an item come to the driver, the same bits for any
   * number of tasks.
   *
   * @param item what the vectors of a partition are added up with
   */
  Map<Integer, MomentSums> moments(ToIntFunction<UnitPlan.Member> item) {
    long[] items =
        sample.chosen().stream().mapToLong(part -> item.applyAsInt(part.member())).toArray();
    Broadcast<Places> places = run.spark().broadcast(places(items));
    int dimension = sample.dimension();
    Map<Integer, MomentSums> sums =
        new TreeMap<>(
            all()
                .mapPartitionsToPair(part -> moments(places.value(), part, dimension))
                .reduceByKey(MomentSums::merge)
                .collectAsMap());
    places.destroy();
    return sums;
  }

  private static Iterator<Tuple2<Integer, MomentSums>> moments(
      Places places, Iterator<VectorBlock> part, int dimension) {
    Map<Integer, MomentSums> sums = new TreeMap<>();
    part.forEachRemaining(
        block ->
            sums.computeIfAbsent((int) places.value(block), item -> new MomentSums(dimension))
                .add(block.vectors()));
    return sums.entrySet().stream()
        .map(entry -> new Tuple2<>(entry.getKey(), entry.getValue()))
        .iterator();
  }

  @Override
  public void close() {
    blocks.ifPresent(rdd -> rdd.unpersist(false));
  }
}
