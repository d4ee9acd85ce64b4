package org.zoopress.job;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.util.CollectionAccumulator;

/**
 * Shows on the driver what tasks have to say while they run. An accumulator reaches the driver only
 * when its task ends, but every heartbeat of an executor (10 s) carries its value so far.
 */
final class TaskLines implements AutoCloseable {
  private final JavaSparkContext spark;
  private final Progress progress;
  private final CollectionAccumulator<String> lines;
  private final Set<String> shown = new HashSet<>();
  private final SparkListener listener;

  TaskLines(JavaSparkContext spark, Progress progress, String name) {
    this.spark = spark;
    this.progress = progress;
    this.lines = spark.sc().collectionAccumulator(name);
    this.listener =
        new SparkListener() {
          @Override
          public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
            for (int task = 0; task < update.accumUpdates().size(); task++) {
              var values = update.accumUpdates().apply(task)._4();
              for (int v = 0; v < values.size(); v++) {
                show(values.apply(v));
              }
            }
          }
        };
    spark.sc().addSparkListener(listener);
  }

  /** Where tasks write lines, each different from all others of the stage. */
  CollectionAccumulator<String> lines() {
    return lines;
  }

  private void show(AccumulableInfo value) {
    if (value.id() == lines.id()
        && value.update().isDefined()
        && value.update().get() instanceof List<?> list) {
      show(list);
    }
  }

  private synchronized void show(List<?> list) {
    for (Object line : List.copyOf(list)) {
      if (shown.add(line.toString())) {
        progress.message(line.toString());
      }
    }
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(listener);
    show(lines.value());
  }
}
