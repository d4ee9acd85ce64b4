package org.zoopress.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.zoopress.job.Progress;

/** Progress for people: a bar on a terminal; elsewhere a line every few seconds and a stage. */
final class ConsoleProgress implements Progress, AutoCloseable {
  private static final int BAR_CELLS = 30;
  private static final long BAR_INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LINE_INTERVAL = TimeUnit.SECONDS.toNanos(5);

  /** Back to the first column, and clear to the end of the line (ECMA-48 EL). */
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintStream err;
  private final boolean bar;
  private final LongSupplier nanoTime;

  private String name;
  private long total;
  private long done;
  private long begun;
  private long shown;

  /**
   * @param bar a bar that is redrawn, else lines
   * @param nanoTime clock in nanoseconds
   */
  ConsoleProgress(PrintStream err, boolean bar, LongSupplier nanoTime) {
    this.err = err;
    this.bar = bar;
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized void stage(String newName, long newTotal) {
    endStage();
    name = newName;
    total = newTotal;
    done = 0;
    begun = nanoTime.getAsLong();
    shown = begun;
    if (bar) {
      err.print(CLEAR_LINE + status());
      err.flush();
    }
  }

  @Override
  public synchronized void advance(long units) {
    done += units;
    long now = nanoTime.getAsLong();
    if (name != null && now - shown >= (bar ? BAR_INTERVAL : LINE_INTERVAL)) {
      shown = now;
      if (bar) {
        err.print(CLEAR_LINE + status());
        err.flush();
      } else {
        err.println(status());
      }
    }
  }

  @Override
  public synchronized void message(String text) {
    err.println((bar ? CLEAR_LINE : "") + TextTable.printable(text));
    if (bar && name != null) {
      err.print(status());
      err.flush();
    }
  }

  /** Ends the last stage, as done. */
  synchronized void end() {
    endStage();
  }

  /** Leaves a clean line behind; a stage that has not ended was cut off and is not called done. */
  @Override
  public synchronized void close() {
    if (bar && name != null) {
      err.print(CLEAR_LINE);
      err.flush();
    }
    name = null;
  }

  private void endStage() {
    if (name != null) {
      err.println((bar ? CLEAR_LINE : "") + name + ": done in " + Units.duration(seconds()));
      name = null;
    }
  }

  private String status() {
    if (total <= 0) {
      return "%s: %s".formatted(name, Units.duration(seconds()));
    }
    double share = Math.min(1, (double) done / total);
    double passed = seconds();
    String left =
        share > 0 && share < 1 ? ", " + Units.duration(passed / share - passed) + " left" : "";
    String percent = String.format(Locale.ROOT, "%3.0f %%", 100 * share);
    if (!bar) {
      return "%s: %s after %s%s".formatted(name, percent.strip(), Units.duration(seconds()), left);
    }
    int cells = (int) (share * BAR_CELLS);
    return "%s [%s%s] %s, %s%s"
        .formatted(
            name,
            "#".repeat(cells),
            ".".repeat(BAR_CELLS - cells),
            percent,
            Units.duration(seconds()),
            left);
  }

  private double seconds() {
    return (nanoTime.getAsLong() - begun) / 1e9;
  }
}
