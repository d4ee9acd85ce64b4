package org.zoopress.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zoopress.allocate.Candidate;
import org.zoopress.allocate.DeltaSolver;
import org.zoopress.allocate.UnitSolver;
import org.zoopress.archive.PackStore;
import org.zoopress.archive.ParquetRows;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.config.Settings;
import org.zoopress.io.BaseRef;
import org.zoopress.io.DeltaPlan;
import org.zoopress.io.PartitionReader;
import org.zoopress.io.SolvedFile;
import org.zoopress.io.SolvedUnit;
import org.zoopress.io.UnitPlan;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedId;
import org.zoopress.method.SharedObject;
import org.zoopress.payload.Payload;
import org.zoopress.tensor.WeightPartition;

/**
 * Solves units as differences to their bases on executors. As {@link SolveStage}, each task leaves
 * its candidates in one staged file. A difference that cannot be made costs nothing but itself: the
 * unit has been solved alone before.
 */
final class DeltaStage {
  private static final Logger LOG = LoggerFactory.getLogger(DeltaStage.class);

  private DeltaStage() {}

  /** What a task needs besides its plans. */
  private record Setup(String zoo, String target, Settings settings, PackStore.Index packs)
      implements java.io.Serializable {}

  /** Solves the differences; one entry each that succeeded, under the plan's fingerprint. */
  static List<SolvedUnit> run(
      RunContext run, List<DeltaPlan> plans, List<SharedObject> shared, PackStore.Index packs) {
    if (plans.isEmpty()) {
      return List.of();
    }
    long bytes = plans.stream().mapToLong(plan -> plan.unit().bytes()).sum();
    List<List<DeltaPlan>> tasks =
        TaskPacking.pack(plans, plan -> plan.unit().bytes(), run.tasks(bytes));
    try (StageProgress stage =
        new StageProgress(run.spark(), run.progress(), "solving differences", bytes)) {
      LongAccumulator done = stage.done();
      Broadcast<SerializableConfiguration> conf = run.conf();
      Broadcast<byte[][]> objects = SharedCatalog.broadcast(run.spark(), shared);
      Setup setup = new Setup(run.zoo(), run.solved().toString(), run.settings(), packs);
      List<SolvedUnit> solved =
          run.spark()
              .parallelize(tasks, tasks.size())
              .flatMap(
                  task ->
                      solve(
                          conf.value().value(), setup, SharedCatalog.received(objects), task, done))
              .collect();
      objects.destroy();
      return solved;
    }
  }

  private static Iterator<SolvedUnit> solve(
      Configuration conf,
      Setup setup,
      List<SharedObject> shared,
      List<DeltaPlan> plans,
      LongAccumulator done)
      throws IOException {
    Path file = new Path(setup.target(), UUID.randomUUID() + ".solved");
    FileSystem fs = ParquetRows.fileSystem(conf, file);
    DeltaSolver solver = new DeltaSolver(setup.settings(), shared);
    Bases bases = Bases.of(fs, setup.target(), new PackStore(conf, setup.packs()), shared);
    try (PartitionReader reader = new PartitionReader(conf, setup.zoo());
        SolvedFile.Writer writer = new SolvedFile.Writer(fs, file)) {
      for (DeltaPlan plan : plans) {
        List<Candidate> candidates = List.of();
        try {
          candidates = candidates(solver, reader, bases, plan);
        } catch (IOException | RuntimeException e) {
          if (TaskContext.get().isInterrupted()) {
            throw new IOException("the task was cancelled", e);
          }
          Failures.rethrowIfWorthAnotherAttempt(e);
          LOG.warn("No difference for {}: {}", label(plan.unit()), Failures.message(e));
        }
        // Not in the try: a full staging folder is no fault of the model.
        if (!candidates.isEmpty()) {
          writer.add(plan.fingerprint(), candidates);
        }
        done.add(plan.unit().bytes());
      }
      return writer.finish().iterator();
    }
  }

  private static List<Candidate> candidates(
      DeltaSolver solver, PartitionReader reader, Bases bases, DeltaPlan plan) throws IOException {
    WeightPartition weights = reader.read(plan.unit()).get(0);
    byte[] base = bases.restore(plan.base(), new Payload.Member(weights.dtype(), weights.shape()));
    boolean keep = !plan.unit().keepReason().isEmpty();
    List<Candidate> own = solver.solve(weights, base, keep, label(plan.unit()));
    if (own.get(0).status() != Candidate.Status.OK) {
      // The plan falls back to the first one, which therefore must be exact.
      throw new IllegalStateException("the exact difference failed: " + own.get(0).reason());
    }
    if (plan.base().shared().isEmpty()) {
      return own;
    }
    List<Candidate> withBase = new ArrayList<>();
    for (Candidate candidate : own) {
      Set<SharedId> ids = new TreeSet<>(candidate.shared());
      ids.addAll(plan.base().shared());
      withBase.add(candidate.withShared(List.copyOf(ids)));
    }
    return withBase;
  }

  private static String label(UnitPlan unit) {
    UnitPlan.Member first = unit.members().get(0);
    return first.tensor().model() + " " + first.tensor().entry().name();
  }

  /** Restores bases from staged files and from packs. */
  private record Bases(FileSystem fs, String staged, PackStore packs, SharedFactors shared) {

    /**
     * What an earlier attempt staged may refer to objects of the archive that this one does not
     * offer.
     */
    static Bases of(FileSystem fs, String staged, PackStore packs, List<SharedObject> offered) {
      Map<SharedId, SharedObject> byId = new HashMap<>();
      offered.forEach(object -> byId.put(object.id(), object));
      return new Bases(
          fs,
          staged,
          packs,
          new SharedFactors(id -> byId.containsKey(id) ? byId.get(id) : packs.shared(id)));
    }

    byte[] restore(BaseRef base, Payload.Member wanted) throws IOException {
      Payload payload =
          base.place() == null ? staged(base.solution()) : packs.payload(base.place().payload());
      if (!payload.members().get(base.member()).equals(wanted)) {
        throw new CorruptDataException(
            "a difference of %s to a base of %s"
                .formatted(wanted, payload.members().get(base.member())));
      }
      byte[] restored = payload.restore(base.member());
      if (!UnitSolver.restoredKey(restored).equals(base.restoredKey())) {
        throw new CorruptDataException("the base decodes to other values than were recorded");
      }
      return restored;
    }

    private Payload staged(SolvedUnit.Solution solution) throws IOException {
      byte[] bytes = new byte[solution.length()];
      try (FSDataInputStream in = fs.open(new Path(staged, solution.file()))) {
        in.readFully(solution.offset(), bytes);
      }
      return Payload.decode(bytes, 0, bytes.length, shared);
    }
  }
}
