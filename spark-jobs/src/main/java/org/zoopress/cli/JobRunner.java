package org.zoopress.cli;

import org.zoopress.job.Progress;
import org.zoopress.job.ZooJob;

/** Runs jobs; the commands need not know on what. */
@FunctionalInterface
interface JobRunner {
  /**
   * @param verb name for Spark's pages and logs
   * @throws Exception whatever the job throws
   */
  <Q, R> R run(String verb, ZooJob<Q, R> job, Q request, Progress progress) throws Exception;
}
