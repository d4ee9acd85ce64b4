package org.zoopress.job;

import java.util.Optional;

/**
 * Asks to decode everything of a run (empty: of all committed runs) and to compare it with what was
 * recorded.
 */
public record VerifyRequest(String archive, Optional<String> runId) {}
