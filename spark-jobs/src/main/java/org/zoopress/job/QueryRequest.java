package org.zoopress.job;

/** SQL over the committed rows of the archive's tables. */
public record QueryRequest(String archive, String sql, int limit) {}
