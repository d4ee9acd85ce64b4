package org.zoopress.job;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;

/** Shows on the driver what tasks count in an accumulator while a Spark stage runs. */
final class StageProgress implements AutoCloseable {
  private final Progress progress;
  private final LongAccumulator done;
  private final ScheduledExecutorService sampler;
  private long shown;

  StageProgress(JavaSparkContext spark, Progress progress, String name, long total) {
    this.progress = progress;
    this.done = spark.sc().longAccumulator(name);
    progress.stage(name, total);
    this.sampler =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "zoopress-progress");
              thread.setDaemon(true);
              return thread;
            });
    var unused = sampler.scheduleWithFixedDelay(this::show, 500, 500, TimeUnit.MILLISECONDS);
  }

  /** The counter for tasks. */
  LongAccumulator done() {
    return done;
  }

  private synchronized void show() {
    long now = done.value();
    if (now > shown) {
      progress.advance(now - shown);
      shown = now;
    }
  }

  @Override
  public void close() {
    sampler.shutdownNow();
    show();
  }
}
