package org.zoopress.job;

import java.util.Optional;

/**
 * Asks why tensors of a model are stored as they are.
 *
 * @param tensor one tensor, with all of its candidates; empty: a line a tensor
 * @param runId a committed run; empty: the newest
 */
public record ExplainRequest(
    String archive, String model, Optional<String> tensor, Optional<String> runId) {}
