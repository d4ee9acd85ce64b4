package org.zoopress.job;

import org.zoopress.config.Settings;

/** Asks what a zoo holds, by headers only. */
public record ScanRequest(String zoo, Settings settings) {}
