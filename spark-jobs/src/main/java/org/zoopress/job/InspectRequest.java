package org.zoopress.job;

import java.util.Optional;
import org.zoopress.config.Settings;

/**
 * @param path a model file, or an archive folder
 * @param model with an archive: the model to show, empty for an overview
 * @param runId with an archive: the run, empty for the newest
 */
public record InspectRequest(
    String path, Optional<String> model, Optional<String> runId, Settings settings) {}
