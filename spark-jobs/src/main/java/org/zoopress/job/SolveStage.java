package org.zoopress.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
import org.zoopress.allocate.Candidate;
import org.zoopress.allocate.UnitSolver;
import org.zoopress.archive.ParquetRows;
import org.zoopress.config.Keys;
import org.zoopress.config.NonFinitePolicy;
import org.zoopress.config.Settings;
import org.zoopress.error.BadModelException;
import org.zoopress.io.GramFile;
import org.zoopress.io.PartitionReader;
import org.zoopress.io.SolvedFile;
import org.zoopress.io.SolvedUnit;
import org.zoopress.io.UnitPlan;
import org.zoopress.io.UnitTask;
import org.zoopress.io.WeightUnit;
import org.zoopress.method.MethodId;
import org.zoopress.method.SharedObject;
import org.zoopress.method.SolveContext;
import org.zoopress.tensor.WeightPartition;

/**
 * Reads weight partitions and solves them by all enabled methods on executors. Each task leaves its
 * candidates in one staged file, so that a rerun after a crash solves only what no finished task
 * had solved.
 */
final class SolveStage {
  /** Stands for the methods that may not touch a tensor because of its values. */
  static final String ALL_LOSSY_METHODS = "all lossy methods";

  private SolveStage() {}

  /**
   * Solves the units; the result has one entry a unit, in no particular order.
   *
   * @param shared offers codebooks and transforms that the methods may use
   */
  static List<SolvedUnit> run(RunContext run, List<UnitTask> units, List<SharedObject> shared) {
    if (units.isEmpty()) {
      return List.of();
    }
    long bytes = units.stream().mapToLong(UnitTask::bytes).sum();
    List<List<UnitTask>> tasks = TaskPacking.pack(units, UnitTask::bytes, run.tasks(bytes));
    try (StageProgress stage =
        new StageProgress(run.spark(), run.progress(), "solving tensors", bytes)) {
      LongAccumulator done = stage.done();
      Broadcast<SerializableConfiguration> conf = run.conf();
      Settings settings = run.settings();
      Broadcast<byte[][]> objects = SharedCatalog.broadcast(run.spark(), shared);
      String zoo = run.zoo();
      String target = run.solved().toString();
      String inputs = run.inputs().toString();
      JavaRDD<WeightUnit> weights =
          run.spark()
              .parallelize(tasks, tasks.size())
              .mapPartitions(task -> new UnitReader(conf.value().value(), zoo, task.next()));
      List<SolvedUnit> solved =
          weights
              .mapPartitions(
                  task ->
                      solve(
                          conf.value().value(),
                          new UnitSolver(settings, SharedCatalog.received(objects)),
                          settings,
                          inputs,
                          target,
                          task,
                          done))
              .collect();
      objects.destroy();
      return solved;
    }
  }

  /** Reads one unit after the other, so that a task holds the weights of one unit at a time. */
  private static final class UnitReader implements Iterator<WeightUnit> {
    private final PartitionReader reader;
    private final Iterator<UnitTask> tasks;

    UnitReader(Configuration conf, String zoo, List<UnitTask> tasks) throws IOException {
      this.reader = new PartitionReader(conf, zoo);
      this.tasks = tasks.iterator();
      TaskContext.get()
          .addTaskCompletionListener(
              (TaskCompletionListener)
                  context -> {
                    try {
                      reader.close();
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  });
    }

    @Override
    public boolean hasNext() {
      return tasks.hasNext();
    }

    @Override
    public WeightUnit next() {
      UnitTask task = tasks.next();
      try {
        return new WeightUnit(task, reader.read(task.plan()), null);
      } catch (IOException | RuntimeException e) {
        return new WeightUnit(task, List.of(), e);
      }
    }
  }

  private static Iterator<SolvedUnit> solve(
      Configuration conf,
      UnitSolver solver,
      Settings settings,
      String inputs,
      String target,
      Iterator<WeightUnit> units,
      LongAccumulator done)
      throws IOException {
    Path file = new Path(target, UUID.randomUUID() + ".solved");
    FileSystem fs = ParquetRows.fileSystem(conf, file);
    List<SolvedUnit> failed = new ArrayList<>();
    List<SolvedUnit> solved = new ArrayList<>();
    try (SolvedFile.Writer writer = new SolvedFile.Writer(fs, file)) {
      while (units.hasNext()) {
        WeightUnit unit = units.next();
        UnitPlan plan = unit.task().plan();
        List<Candidate> candidates;
        try {
          if (unit.failure() != null) {
            throw unit.failure();
          }
          candidates = candidates(settings, solver, unit, contexts(fs, inputs, plan));
        } catch (Exception e) {
          if (TaskContext.get().isInterrupted()) {
            throw new IOException("the task was cancelled", e);
          }
          Failures.rethrowIfWorthAnotherAttempt(e);
          failed.add(
              new SolvedUnit(
                  plan.solutionKey(),
                  e.getClass().getSimpleName(),
                  Failures.message(e),
                  List.of()));
          done.add(plan.bytes());
          continue;
        }
        // Not in the try: a full staging folder is no fault of the model.
        writer.add(plan.solutionKey(), candidates);
        done.add(plan.bytes());
      }
      solved.addAll(writer.finish());
    }
    solved.addAll(failed);
    return solved.iterator();
  }

  /** What the layers of the members see, where it was collected. */
  private static List<SolveContext> contexts(FileSystem fs, String inputs, UnitPlan plan)
      throws IOException {
    List<SolveContext> contexts = new ArrayList<>();
    for (UnitPlan.Member member : plan.members()) {
      contexts.add(
          member.gram().isEmpty()
              ? SolveContext.NONE
              : SolveContext.ofInputs(GramFile.read(fs, new Path(inputs, member.gram()))));
    }
    return contexts;
  }

  private static List<Candidate> candidates(
      Settings settings, UnitSolver solver, WeightUnit unit, List<SolveContext> contexts) {
    UnitPlan plan = unit.task().plan();
    String label =
        plan.members().get(0).tensor().model()
            + " "
            + plan.members().get(0).tensor().entry().name();
    boolean keep = !plan.keepReason().isEmpty();
    long nonFinite = 0;
    for (WeightPartition member : unit.members()) {
      nonFinite += member.dtype().compressible() ? nonFinite(member.values()) : 0;
    }
    if (nonFinite > 0 && settings.get(Keys.READER_NON_FINITE) == NonFinitePolicy.FAIL) {
      UnitPlan.Member first = plan.members().get(0);
      throw new BadModelException(
          first.tensor().file(),
          first.tensor().entry().name(),
          "%d of its values are not finite".formatted(nonFinite),
          "Remove the model from the zoo, or set reader.non-finite=lossless");
    }
    Set<MethodId> wanted = keep || nonFinite > 0 ? Set.of() : Set.copyOf(unit.task().methods());
    List<Candidate> candidates = solver.solve(unit.members(), contexts, wanted, label);
    if (candidates.get(0).status() != Candidate.Status.OK) {
      throw new IllegalStateException(
          "not even lossless coding succeeded: " + candidates.get(0).reason());
    }
    if (nonFinite > 0 && !keep) {
      candidates = new ArrayList<>(candidates);
      candidates.add(
          Candidate.without(
              ALL_LOSSY_METHODS,
              Candidate.Status.REFUSED,
              "%d values are not finite (reader.non-finite=lossless)".formatted(nonFinite)));
    }
    return candidates;
  }

  private static long nonFinite(float[] values) {
    long count = 0;
    for (float value : values) {
      count += Float.isFinite(value) ? 0 : 1;
    }
    return count;
  }
}
