package org.zoopress.job;

import org.apache.spark.sql.SparkSession;

/**
 * One job of Zoopress: wiring only (read, solve, write, report). Knows no options and never exits
 * the JVM.
 *
 * @param <Q> what is asked for
 * @param <R> what was done, computed from what was stored
 */
public interface ZooJob<Q, R> {
  /**
   * @throws org.zoopress.error.UserInputException for what the user can repair
   * @throws Exception for everything else; Spark's Scala code throws checked exceptions undeclared
   */
  R run(SparkSession spark, Q request, Progress progress) throws Exception;
}
