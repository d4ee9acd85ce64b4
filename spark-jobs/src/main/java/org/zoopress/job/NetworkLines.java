package org.zoopress.job;

import java.util.Locale;
import java.util.function.Consumer;
import org.apache.spark.TaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zoopress.datafree.Progress;

/**
 * How far the work on a network is: a line for each part that is done goes to the driver, and twice
 * a minute one for a part that takes long; one for each layer goes to the executor's log. Time of
 * layers stands in the tensors table in the end.
 *
 * <p>Where a Spark task is told to stop, the next report ends the work: it may take hours, and
 * Spark does not interrupt its thread.
 */
final class NetworkLines implements Progress {
  private static final Logger LOG = LoggerFactory.getLogger(NetworkLines.class);
  private static final double NANOS = 1e-9;
  private static final double PATIENCE_SECONDS = 30;

  private final String model;
  private final Consumer<String> driver;
  private final long begin = System.nanoTime();
  private long told = begin;
  private int layers;
  private int passes;
  private String slowest = "";
  private double slowestSeconds;

  NetworkLines(String model, Consumer<String> driver) {
    this.model = model;
    this.driver = driver;
  }

  @Override
  public void layer(String weight, int index, int count, double seconds) {
    endIfCancelled();
    LOG.info(
        "{}: layer {} of {}, {}, {} s",
        model,
        index + 1,
        count,
        weight,
        String.format(Locale.ROOT, "%.3f", seconds));
    layers = count;
    if (seconds > slowestSeconds) {
      slowestSeconds = seconds;
      slowest = weight;
    }
  }

  @Override
  public void step(String what, int done, int of) {
    endIfCancelled();
    if (what.equals("pass")) {
      passes++;
      tell(
          "pass %d over %d layers, the slowest %s with %.1f s"
              .formatted(passes, layers, slowest, slowestSeconds));
      slowestSeconds = 0;
    } else if (done == of) {
      tell(what);
    } else if ((System.nanoTime() - told) * NANOS > PATIENCE_SECONDS) {
      told = System.nanoTime();
      driver.accept("%s: %s, %d of %d".formatted(model, what, done, of));
    }
  }

  private static void endIfCancelled() {
    TaskContext task = TaskContext.get();
    if (task != null && task.isInterrupted()) {
      throw new IllegalStateException("cancelled");
    }
  }

  private void tell(String part) {
    told = System.nanoTime();
    double seconds = (told - begin) * NANOS;
    driver.accept(String.format(Locale.ROOT, "%s: %s, %.1f s so far", model, part, seconds));
  }
}
