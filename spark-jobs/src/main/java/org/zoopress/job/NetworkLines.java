package org.zoopress.job;

import java.util.Locale;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zoopress.datafree.Progress;

/**
 * How far the work on a network is: a line for each part that is done goes to the driver, one for
 * each layer to the executor's log. Time of layers stands in the tensors table in the end.
 */
final class NetworkLines implements Progress {
  private static final Logger LOG = LoggerFactory.getLogger(NetworkLines.class);
  private static final double NANOS = 1e-9;

  private final String model;
  private final Consumer<String> driver;
  private long since = System.nanoTime();
  private int layers;
  private int passes;
  private int trainings;
  private String slowest = "";
  private double slowestSeconds;

  NetworkLines(String model, Consumer<String> driver) {
    this.model = model;
    this.driver = driver;
  }

  @Override
  public void layer(String weight, int index, int count, double seconds) {
    LOG.info("{}: layer {} of {}, {}, {} s", model, index + 1, count, weight, seconds);
    layers = count;
    if (seconds > slowestSeconds) {
      slowestSeconds = seconds;
      slowest = weight;
    }
  }

  @Override
  public void step(String what, int done, int of) {
    if (what.equals("pass")) {
      passes++;
      tell(
          "pass %d over %d layers, the slowest %s with %.1f s"
              .formatted(passes, layers, slowest, slowestSeconds));
      slowestSeconds = 0;
    } else if (done == of) {
      trainings += what.equals("distillation") ? 1 : 0;
      tell(what.equals("distillation") && trainings > 1 ? what + " " + trainings : what);
    }
  }

  private void tell(String what) {
    long now = System.nanoTime();
    driver.accept(String.format(Locale.ROOT, "%s: %s, %.1f s", model, what, (now - since) * NANOS));
    since = now;
  }
}
