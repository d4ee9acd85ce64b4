package org.zoopress.job;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.zoopress.config.Keys;
import org.zoopress.io.PartitionReader;
import org.zoopress.io.TensorRef;

/** Hashes tensors by content on executors, so that equal ones are stored once. */
final class HashStage {
  private HashStage() {}

  /** A tensor's content keys, or why it could not be read. */
  record Hashed(
      String model, int position, PartitionReader.Keys keys, String errorClass, String error)
      implements Serializable {}

  static List<Hashed> run(RunContext run, List<TensorRef> tensors) {
    if (tensors.isEmpty()) {
      return List.of();
    }
    long bytes = tensors.stream().mapToLong(tensor -> tensor.entry().bytes()).sum();
    List<List<TensorRef>> tasks =
        TaskPacking.pack(tensors, tensor -> tensor.entry().bytes(), run.tasks(bytes));
    try (StageProgress stage =
        new StageProgress(run.spark(), run.progress(), "hashing tensors", bytes)) {
      LongAccumulator done = stage.done();
      Broadcast<SerializableConfiguration> conf = run.conf();
      String zoo = run.zoo();
      long partBytes = run.settings().get(Keys.PARTITION_MAX_BYTES);
      return run.spark()
          .parallelize(tasks, tasks.size())
          .flatMap(
              task -> hash(new PartitionReader(conf.value().value(), zoo), task, partBytes, done))
          .collect();
    }
  }

  private static Iterator<Hashed> hash(
      PartitionReader reader, List<TensorRef> tensors, long partBytes, LongAccumulator done)
      throws IOException {
    List<Hashed> hashed = new ArrayList<>();
    try (reader) {
      for (TensorRef tensor : tensors) {
        try {
          hashed.add(
              new Hashed(
                  tensor.model(),
                  tensor.position(),
                  reader.keys(tensor, UnitPlanner.rowsPerPart(tensor.entry(), partBytes)),
                  "",
                  ""));
        } catch (IOException | RuntimeException e) {
          Failures.rethrowIfWorthAnotherAttempt(e);
          hashed.add(
              new Hashed(
                  tensor.model(),
                  tensor.position(),
                  null,
                  e.getClass().getSimpleName(),
                  Failures.message(e)));
        }
        done.add(tensor.entry().bytes());
      }
    }
    return hashed.iterator();
  }
}
