package org.zoopress.job;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.zoopress.error.UserInputException;

/** Words for what went wrong with one model or tensor. */
final class Failures {
  private Failures() {}

  /**
   * A store that hiccups is worth another attempt of the task; bad content is not. The last attempt
   * books the failure to the model, so that one unreadable file never ends the run.
   */
  static void rethrowIfWorthAnotherAttempt(Throwable error) throws IOException {
    TaskContext task = TaskContext.get();
    boolean last = task == null || task.attemptNumber() + 1 >= maxAttempts();
    boolean content = error instanceof FileNotFoundException || error instanceof EOFException;
    if (!last && !content && error instanceof IOException hiccup) {
      throw hiccup;
    }
  }

  private static int maxAttempts() {
    SparkConf conf = SparkEnv.get().conf();
    // In plain local mode Spark never tries a task twice.
    return conf.get("spark.master", "").matches("local(\\[[^,\\]]*\\])?")
        ? 1
        : conf.getInt("spark.task.maxFailures", 4);
  }

  /**
   * The message of the user's error among the causes, else class and message of the error itself.
   */
  static String message(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof UserInputException) {
        return cause.getMessage();
      }
      if (cause instanceof FileNotFoundException) {
        return "the file is gone: " + cause.getMessage();
      }
    }
    return error.getClass().getSimpleName() + ": " + error.getMessage();
  }
}
