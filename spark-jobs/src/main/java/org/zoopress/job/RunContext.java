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
 */
record RunContext(
    JavaSparkContext spark,
    Broadcast<SerializableConfiguration> conf,
    String zoo,
    Path staging,
    Settings settings,
    Progress progress) {

  Configuration hadoop() {
    return spark.hadoopConfiguration();
  }

  Path skeletons() {
    return new Path(staging, "skeletons");
  }

  Path solved() {
    return new Path(staging, "solved");
  }

  /** What was learned for the run. */
  Path shared() {
    return new Path(staging, "shared");
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
