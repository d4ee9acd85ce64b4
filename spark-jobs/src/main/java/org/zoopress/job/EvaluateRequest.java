package org.zoopress.job;

import java.util.Optional;
import org.zoopress.config.Settings;

/**
 * @param data descriptor file of the data set (YAML)
 * @param limit use only the first so many samples; empty: all
 */
public record EvaluateRequest(
    String archive,
    String zoo,
    String data,
    Optional<String> runId,
    Optional<Long> limit,
    Settings settings) {}
