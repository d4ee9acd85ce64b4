package org.zoopress.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkContext;

/**
 * Turns Ctrl-C and SIGTERM into an orderly end with exit code {@value ExitCode#STOPPED}.
 *
 * <p>Hadoop's shutdown hooks run one after the other by priority, and Spark's own is one of them.
 * Ours run around it: the first cancels the Spark jobs and waits until the command has ended, the
 * last sets the exit code, which for a JVM that is shutting down only {@link Runtime#halt} can.
 */
final class SafeStop {
  /** Above Spark's (40 to 50): jobs are cancelled before the context goes away below them. */
  private static final int BEFORE_SPARK = 100;

  /** Below that of Hadoop's file systems (10): all else is closed and deleted by then. */
  private static final int AFTER_ALL = 0;

  private static final long GRACE_SECONDS = 60;

  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean requested;
  private volatile SparkContext context;
  private volatile int exitCode = ExitCode.STOPPED;

  /** Whether a signal came. */
  boolean isRequested() {
    return requested;
  }

  /** Begins to watch for signals; to be called by the thread that runs the command. */
  void arm() {
    Thread command = Thread.currentThread();
    ShutdownHookManager hooks = ShutdownHookManager.get();
    hooks.addShutdownHook(() -> cancel(command), BEFORE_SPARK, GRACE_SECONDS, TimeUnit.SECONDS);
    hooks.addShutdownHook(
        () -> {
          if (requested) {
            Runtime.getRuntime().halt(exitCode);
          }
        },
        AFTER_ALL);
  }

  /** Tells whose jobs are to be cancelled. */
  void watch(SparkContext started) {
    context = started;
  }

  /** To be called when the command has ended, before the JVM exits. */
  void end(int code) {
    exitCode = code;
    ended.countDown();
  }

  private void cancel(Thread command) {
    if (ended.getCount() == 0) {
      return; // The JVM exits because the command is done.
    }
    requested = true;
    if (context != null) {
      context.cancelAllJobs();
    }
    // The driver may be between two Spark jobs; it must not begin the next one.
    command.interrupt();
    try {
      ended.await();
    } catch (InterruptedException e) {
      // The grace period is over: Hadoop interrupts its hooks then.
      Thread.currentThread().interrupt();
    }
  }
}
