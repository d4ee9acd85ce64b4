package org.zoopress.job;

import java.util.OptionalInt;

/**
 * Asks to delete what an archive does not need.
 *
 * @param keepRuns runs but the newest so many may go
 * @param olderThanDays runs that were committed longer ago may go; the newest stays
 * @param dryRun only to say what would be deleted
 */
public record GcRequest(
    String archive, OptionalInt keepRuns, OptionalInt olderThanDays, boolean dryRun) {}
