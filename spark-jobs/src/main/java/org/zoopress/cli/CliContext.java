package org.zoopress.cli;

import java.util.Map;
import java.util.function.Supplier;

/**
 * What the commands are given from outside.
 *
 * @param jobs the jobs, asked for only when one is to run
 * @param environment environment variables
 * @param sparkConf entries of Spark's configuration, as spark-submit left them
 */
record CliContext(
    Supplier<Jobs> jobs,
    JobRunner runner,
    Console console,
    Map<String, String> environment,
    Map<String, String> sparkConf) {}
