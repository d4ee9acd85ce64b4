package org.zoopress.job;

import java.util.List;

/** What was restored: the files written and their bytes. */
public record RestoreReport(
    String runId, String model, String format, List<String> files, int tensors, long bytes) {}
