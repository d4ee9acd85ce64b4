package org.zoopress.job;

import java.util.Optional;

/**
 * @param model name of the model, its path in the zoo without extension; a name with extension is
 *     understood too
 * @param to folder or file to write
 * @param runId the run to restore from; empty: the newest committed one that holds the model
 * @param format {@code safetensors} or {@code onnx}; empty: that of the source (a checkpoint
 *     becomes safetensors)
 */
public record RestoreRequest(
    String archive, String model, String to, Optional<String> runId, Optional<String> format) {}
