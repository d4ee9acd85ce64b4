package org.zoopress.job;

import java.util.Optional;
import org.zoopress.config.Settings;

/**
 * @param zoo folder with the models, any Hadoop path
 * @param archive folder of the archive, created if missing
 * @param runId logical id that is stable over retries; empty: continue an unfinished run of the
 *     same command, else a new one
 * @param settings resolved settings, methods and budget included
 */
public record CompressRequest(
    String zoo, String archive, Optional<String> runId, Settings settings) {}
