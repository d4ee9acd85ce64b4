package org.zoopress.job;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.zoopress.config.Keys;
import org.zoopress.io.PartitionReader;
import org.zoopress.io.UnitPlan;
import org.zoopress.io.VectorBlock;
import org.zoopress.method.additive.ScaleScope;
import org.zoopress.method.additive.SharedTraining;
import org.zoopress.method.additive.TrainingVectors;
import org.zoopress.tensor.WeightPartition;

/**
 * Which vectors codebooks are trained on: equal shares of all models and, in a model, of all
 * layers, from shapes alone; which ones of a layer, its content decides.
 */
final class VectorSample {
  private final int dimension;
  private final List<Chosen> chosen;
  private final long vectors;

  private VectorSample(int dimension, List<Chosen> chosen, long vectors) {
    this.dimension = dimension;
    this.chosen = chosen;
    this.vectors = vectors;
  }

  /**
   * The vectors of a weight partition that were chosen.
   *
   * @param first index of the first one among all
   */
  record Chosen(UnitPlan.Member member, long first, int count) implements Serializable {}

  /**
   * Chooses.
   *
   * @param most vectors at most
   */
  static VectorSample of(List<SharedLearner.Part> parts, int dimension, long most) {
    Map<String, Map<String, List<SharedLearner.Part>>> models = new LinkedHashMap<>();
    for (SharedLearner.Part part : parts) {
      models
          .computeIfAbsent(part.model(), model -> new LinkedHashMap<>())
          .computeIfAbsent(part.member().tensorKey(), tensor -> new ArrayList<>())
          .add(part);
    }
    List<Chosen> chosen = new ArrayList<>();
    long first = 0;
    List<Map<String, List<SharedLearner.Part>>> layers = List.copyOf(models.values());
    long[] ofModels =
        shares(most, layers, model -> sum(model.values(), layer -> vectors(layer, dimension)));
    for (int m = 0; m < ofModels.length; m++) {
      List<List<SharedLearner.Part>> ofModel = List.copyOf(layers.get(m).values());
      long[] ofLayers = shares(ofModels[m], ofModel, layer -> vectors(layer, dimension));
      for (int l = 0; l < ofLayers.length; l++) {
        List<SharedLearner.Part> layer = ofModel.get(l);
        long[] ofParts = shares(ofLayers[l], layer, part -> vectors(part, dimension));
        for (int p = 0; p < ofParts.length; p++) {
          if (ofParts[p] > 0) {
            chosen.add(new Chosen(layer.get(p).member(), first, Math.toIntExact(ofParts[p])));
            first += ofParts[p];
          }
        }
      }
    }
    return new VectorSample(dimension, chosen, first);
  }

  private static <T> long[] shares(long budget, List<T> items, ToLongFunction<T> capacity) {
    return EqualShares.of(budget, items.stream().mapToLong(capacity).toArray());
  }

  private static <T> long sum(Iterable<T> items, ToLongFunction<T> value) {
    long sum = 0;
    for (T item : items) {
      sum += value.applyAsLong(item);
    }
    return sum;
  }

  /** Vectors of all partitions. */
  static long vectors(List<SharedLearner.Part> parts, int dimension) {
    return sum(parts, part -> vectors(part, dimension));
  }

  private static long vectors(SharedLearner.Part part, int dimension) {
    return TrainingVectors.count(part.member().shape(), dimension);
  }

  /** Number of vectors that were chosen. */
  long vectors() {
    return vectors;
  }

  /** d. */
  int dimension() {
    return dimension;
  }

  /** What was chosen of each partition, in order. */
  List<Chosen> chosen() {
    return chosen;
  }

  /** What was chosen of some partitions only; their vectors have indices of their own. */
  VectorSample only(Predicate<UnitPlan.Member> wanted) {
    List<Chosen> some = new ArrayList<>();
    long first = 0;
    for (Chosen part : chosen) {
      if (wanted.test(part.member())) {
        some.add(new Chosen(part.member(), first, part.count()));
        first += part.count();
      }
    }
    return new VectorSample(dimension, some, first);
  }

  /** The vectors, in blocks of {@link SharedTraining#BLOCK_VECTORS} at most. */
  JavaRDD<VectorBlock> read(RunContext run, ScaleScope scope) {
    long bytes = chosen.stream().mapToLong(part -> part.member().bytes()).sum();
    List<List<Chosen>> tasks =
        TaskPacking.pack(chosen, part -> part.member().bytes(), run.tasks(bytes));
    Broadcast<SerializableConfiguration> conf = run.conf();
    String zoo = run.zoo();
    long seed = run.settings().get(Keys.SEED);
    int d = dimension;
    return run.spark()
        .parallelize(tasks, tasks.size())
        .flatMap(
            task -> blocks(new PartitionReader(conf.value().value(), zoo), task, d, scope, seed));
  }

  private static Iterator<VectorBlock> blocks(
      PartitionReader reader, List<Chosen> task, int dimension, ScaleScope scope, long seed)
      throws IOException {
    List<VectorBlock> blocks = new ArrayList<>();
    try (reader) {
      for (Chosen part : task) {
        float[] vectors;
        try {
          WeightPartition weights = reader.read(part.member());
          vectors =
              TrainingVectors.sample(
                  weights, dimension, scope, part.count(), seed ^ contentSeed(part.member()));
        } catch (IOException | RuntimeException e) {
          Failures.rethrowIfWorthAnotherAttempt(e);
          continue; // the stage that solves it will book the failure to its model
        }
        int block = SharedTraining.BLOCK_VECTORS * dimension;
        for (int from = 0; from < vectors.length; from += block) {
          int to = Math.min(vectors.length, from + block);
          blocks.add(
              new VectorBlock(
                  part.first() + from / dimension, Arrays.copyOfRange(vectors, from, to)));
        }
      }
    }
    return blocks.iterator();
  }

  private static long contentSeed(UnitPlan.Member member) {
    return Long.parseUnsignedLong(member.partKey().substring(0, 16), 16);
  }
}
