package org.zoopress.job;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.zoopress.config.Keys;
import org.zoopress.config.Settings;
import org.zoopress.zoo.ReaderLimits;

/**
 * What the stages of one run share.
 *
 * @param conf Hadoop configuration for executors
 * @param zoo folder of the models
 * @param staging the run's folder below {@code _staging}
 * @param solved folder of the staged candidates: below {@code staging}, or one that several runs
 *     share
 * @param networks compresses networks as a whole
 */
record RunContext(
    JavaSparkContext spark,
    Broadcast<SerializableConfiguration> conf,
    String zoo,
    Path staging,
    Path solved,
    Settings settings,
    NetworkMethod networks,
    Progress progress) {

  Configuration hadoop() {
    return spark.hadoopConfiguration();
  }

  Path skeletons() {
    return new Path(staging, "skeletons");
  }

  /** Beside the staged candidates: named by all that they depend on, so runs may share them. */
  Path inputs() {
    return new Path(solved.getParent(), "inputs");
  }

  /** Probes and sensitivities of networks; beside these, for the same reason. */
  Path probes() {
    return new Path(solved.getParent(), "probes");
  }

  /** Beside the staged candidates, which refer to them. */
  Path transforms() {
    return new Path(solved.getParent(), "transforms");
  }

  /** What was learned for the run; beside the staged candidates, which refer to it. */
  Path shared() {
    return new Path(solved.getParent(), "shared");
  }

  /** Which layers share codebooks; beside these. */
  Path groups() {
    return new Path(solved.getParent(), "groups");
  }

  ReaderLimits limits() {
    return limits(settings);
  }

  int tasks(long bytes) {
    return TaskPacking.tasks(
        bytes,
        settings.get(Keys.PARTITION_TASK_BYTES),
        spark.defaultParallelism(),
        settings.get(Keys.PARTITION_COUNT));
  }

  static ReaderLimits limits(Settings settings) {
    return ReaderLimits.DEFAULT
        .withMaxHeaderBytes(settings.get(Keys.READER_MAX_HEADER_BYTES))
        .withMaxTensors(settings.get(Keys.READER_MAX_TENSORS));
  }
}
