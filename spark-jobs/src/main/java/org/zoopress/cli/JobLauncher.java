package org.zoopress.cli;

import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.zoopress.job.Progress;
import org.zoopress.job.ZooJob;

/**
 * The Spark session's life cycle: started with the first job, shared by all jobs of one process,
 * stopped at the end. What {@code spark-submit} or the user set is never overridden.
 */
final class JobLauncher implements JobRunner, AutoCloseable {
  private final Consumer<SparkConf> jobDefaults;
  private final SafeStop safeStop;
  private SparkSession session;

  /**
   * @param jobDefaults see {@link Jobs#spark}
   * @param safeStop told of the session, so that a signal can cancel its jobs
   */
  JobLauncher(Consumer<SparkConf> jobDefaults, SafeStop safeStop) {
    this.jobDefaults = jobDefaults;
    this.safeStop = safeStop;
  }

  @Override
  public <Q, R> R run(String verb, ZooJob<Q, R> job, Q request, Progress progress)
      throws Exception {
    try {
      return job.run(session(verb), request, progress);
    } catch (Exception e) { // Not RuntimeException: Spark throws checked exceptions undeclared.
      if (safeStop.isRequested()) {
        // The interrupt has done its work; left standing it would cut the session's end short.
        Thread.interrupted();
        throw new StoppedException(e);
      }
      throw e;
    }
  }

  private SparkSession session(String verb) {
    if (session == null) {
      SparkConf conf = new SparkConf();
      conf.setIfMissing("spark.master", "local[*]");
      conf.setIfMissing("spark.app.name", "zoopress " + verb);
      conf.setIfMissing("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
      // A weight partition (64 MiB by default) must fit with room to spare; Spark's own bound is
      // 64m.
      conf.setIfMissing("spark.kryoserializer.buffer.max", "512m");
      // BLAS runs inside tasks, one thread each: Spark already uses every core.
      conf.setIfMissing("spark.executorEnv.OPENBLAS_NUM_THREADS", "1");
      conf.setIfMissing("spark.executorEnv.OMP_NUM_THREADS", "1");
      // Timestamps of the archive mean the same wherever the driver runs.
      conf.setIfMissing("spark.sql.session.timeZone", "UTC");
      // The wide tables of the archive would cost a warning for every query.
      conf.setIfMissing("spark.sql.debug.maxToStringFields", "200");
      if (conf.get("spark.master").startsWith("local")) {
        conf.setIfMissing("spark.ui.enabled", "false");
      }
      if (System.getenv("ZOOPRESS_LOG_FILE") == null) {
        // Started without submit/zoopress, hence with Spark's own, talkative log settings.
        conf.setIfMissing("spark.log.level", "WARN");
      }
      jobDefaults.accept(conf);
      safeStop.arm();
      session = SparkSession.builder().config(conf).getOrCreate();
      safeStop.watch(session.sparkContext());
    }
    return session;
  }

  @Override
  public void close() {
    if (session != null) {
      session.stop();
    }
  }
}
