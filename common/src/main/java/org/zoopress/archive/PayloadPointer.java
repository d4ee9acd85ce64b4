package org.zoopress.archive;

import java.io.Serializable;

/**
 * Where a blob lies.
 *
 * @param runId the run that stored it
 * @param pack number of the pack within that run, from 0
 * @param offset first byte in the pack's data
 * @param length bytes
 */
public record PayloadPointer(String runId, int pack, int offset, int length)
    implements Serializable {}
