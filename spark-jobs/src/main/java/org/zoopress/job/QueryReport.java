package org.zoopress.job;

import java.util.List;

/** Result of a query: column names and rows of plain values (numbers, strings, booleans, null). */
public record QueryReport(List<String> columns, List<List<Object>> rows, boolean truncated) {}
