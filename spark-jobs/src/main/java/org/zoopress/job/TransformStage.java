package org.zoopress.job;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.archive.PackStore;
import org.zoopress.io.PartitionReader;
import org.zoopress.io.UnitPlan;
import org.zoopress.io.WholeFile;
import org.zoopress.method.SharedId;
import org.zoopress.method.SharedObject;
import org.zoopress.method.transform.KernelMoments;
import org.zoopress.method.transform.KernelTransform;
import org.zoopress.tensor.WeightPartition;
import org.zoopress.zoo.TensorEntry;
import scala.Tuple2;

/**
 * Finds a kernel transform for each kernel size among the units that are to be solved: the one that
 * the archive has, or else one learned from all of these units in one pass.
 *
 * <p>Executors sum second moments, exactly, so that neither the number of partitions nor the order
 * of additions changes a bit of the result; n×n numbers a kernel size come to the driver, which
 * decomposes them. Each model has an equal share.
 *
 * <p>What is offered is staged before anything is solved: a rerun offers the same. A unit that an
 * earlier run stored stays as it is whatever that run was offered: fingerprints of units do not
 * hold the transforms, else a transform that did not pay, and therefore was not stored, would have
 * everything solved again.
 */
final class TransformStage {
  private final RunContext run;
  private final FileSystem fs;
  private final ArchiveReader archive;

  TransformStage(RunContext run, FileSystem fs, ArchiveReader archive) {
    this.run = run;
    this.fs = fs;
    this.archive = archive;
  }

  /**
   * Kernels of one partition.
   *
   * @param unit the partition, a unit of its own
   * @param size positions of a kernel
   * @param share of the partition's kernels among those of this size of its model
   */
  private record Kernels(UnitPlan unit, int size, double share) implements Serializable {}

  /** The transforms that solvers of these units are offered. */
  List<SharedObject> run(List<UnitPlan> units, SharedCatalog catalog) throws IOException {
    // Even if nothing is left to solve, and before the archive's: what was solved refers to them.
    Map<Integer, SharedObject> offered = staged();
    List<Kernels> kernels = without(offered, kernels(units));
    if (kernels.isEmpty()) {
      return List.copyOf(offered.values());
    }
    Set<Integer> wanted = new TreeSet<>();
    kernels.forEach(part -> wanted.add(part.size()));
    Map<Integer, SharedObject> archived = archived(catalog);
    archived.keySet().retainAll(wanted);
    offered.putAll(archived);
    List<Kernels> open = without(offered, kernels);
    if (!open.isEmpty()) {
      moments(open)
          .forEach(
              (size, moments) -> {
                if (!moments.isZero()) {
                  offered.put(size, moments.transform().stored());
                }
              });
    }
    stage(offered.values());
    return List.copyOf(offered.values());
  }

  private static List<Kernels> without(Map<Integer, SharedObject> offered, List<Kernels> kernels) {
    return kernels.stream().filter(part -> !offered.containsKey(part.size())).toList();
  }

  private static List<Kernels> kernels(List<UnitPlan> units) {
    List<Kernels> all = new ArrayList<>();
    Map<List<Object>, Long> totals = new HashMap<>();
    for (boolean counted : new boolean[] {false, true}) {
      for (UnitPlan unit : units) {
        if (!unit.keepReason().isEmpty()) {
          continue;
        }
        for (UnitPlan.Member member : unit.members()) {
          TensorEntry entry = member.tensor().entry();
          int size = entry.dtype().compressible() ? KernelTransform.kernelSize(entry.shape()) : 0;
          if (size == 0) {
            continue;
          }
          List<Object> model = List.of(member.tensor().model(), size);
          long own = member.rows() * entry.shape().rowElements() / size;
          if (counted) {
            UnitPlan single =
                new UnitPlan(unit.fingerprint(), unit.solutionKey(), List.of(member), "");
            all.add(new Kernels(single, size, (double) own / totals.get(model)));
          } else {
            totals.merge(model, own, Long::sum);
          }
        }
      }
    }
    return all;
  }

  /** What committed runs refer to, by kernel size. */
  private Map<Integer, SharedObject> archived(SharedCatalog catalog) {
    PackStore store = new PackStore(run.hadoop(), archive.packs());
    return bySize(catalog.stored(KernelTransform.MOST_BYTES).stream().map(store::shared).toList());
  }

  private static Map<Integer, SharedObject> bySize(List<SharedObject> objects) {
    Map<SharedId, SharedObject> byId = new HashMap<>();
    objects.forEach(object -> byId.put(object.id(), object));
    Map<Integer, SharedObject> bySize = new TreeMap<>();
    KernelTransform.bySize(objects).forEach((size, id) -> bySize.put(size, byId.get(id)));
    return bySize;
  }

  private Map<Integer, KernelMoments> moments(List<Kernels> kernels) {
    long bytes = kernels.stream().mapToLong(part -> part.unit().bytes()).sum();
    List<List<Kernels>> tasks =
        TaskPacking.pack(kernels, part -> part.unit().bytes(), run.tasks(bytes));
    try (StageProgress stage =
        new StageProgress(run.spark(), run.progress(), "learning kernel transforms", bytes)) {
      LongAccumulator done = stage.done();
      Broadcast<SerializableConfiguration> conf = run.conf();
      String zoo = run.zoo();
      JavaPairRDD<Integer, KernelMoments> sums =
          run.spark()
              .parallelize(tasks, tasks.size())
              .flatMapToPair(
                  task -> sums(new PartitionReader(conf.value().value(), zoo), task, done));
      return new TreeMap<>(sums.reduceByKey(KernelMoments::plus, 1).collectAsMap());
    }
  }

  /** The sum of each kernel size over a task's partitions. */
  private static Iterator<Tuple2<Integer, KernelMoments>> sums(
      PartitionReader reader, List<Kernels> task, LongAccumulator done) throws IOException {
    Map<Integer, KernelMoments> sums = new TreeMap<>();
    try (reader) {
      for (Kernels part : task) {
        try {
          for (WeightPartition weights : reader.read(part.unit())) {
            KernelMoments own = KernelMoments.of(weights.values(), part.size(), part.share());
            sums.merge(part.size(), own, KernelMoments::plus);
          }
        } catch (IOException | RuntimeException e) {
          // Nothing to learn here: solving will find the same and say which tensor it is.
          Failures.rethrowIfWorthAnotherAttempt(e);
        }
        done.add(part.unit().bytes());
      }
    }
    List<Tuple2<Integer, KernelMoments>> pairs = new ArrayList<>();
    sums.forEach((size, moments) -> pairs.add(new Tuple2<>(size, moments)));
    return pairs.iterator();
  }

  /** One file, there whole or not at all. */
  private void stage(Collection<SharedObject> objects) throws IOException {
    WholeFile.write(
        fs,
        run.transforms(),
        stream -> {
          DataOutputStream out = new DataOutputStream(stream);
          out.writeInt(objects.size());
          for (SharedObject object : objects) {
            byte[] content = object.content();
            out.writeInt(content.length);
            out.write(content);
          }
        });
  }

  /** What an earlier attempt of the run was offered, by kernel size. */
  private Map<Integer, SharedObject> staged() throws IOException {
    if (!fs.exists(run.transforms())) {
      return new TreeMap<>();
    }
    List<SharedObject> objects = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(fs.open(run.transforms()))) {
      for (int left = in.readInt(); left > 0; left--) {
        objects.add(SharedObject.of(in.readNBytes(in.readInt())));
      }
    }
    return bySize(objects);
  }
}
