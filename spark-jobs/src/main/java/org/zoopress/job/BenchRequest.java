package org.zoopress.job;

import java.util.List;
import java.util.Optional;
import org.zoopress.config.Settings;
import org.zoopress.method.MethodId;

/**
 * @param zoo folder with the models
 * @param archive folder of the archive that gets the runs, created if missing
 * @param methods each is tried alone, and all of them together; at least one
 * @param bits budgets in stored bits per weight of each model; at least one
 * @param data descriptor files of data sets (YAML); without any nothing is evaluated
 * @param to folder for {@code bench.csv} and {@code bench.svg}; empty: neither is written
 * @param settings everything else; methods and target are replaced
 */
public record BenchRequest(
    String zoo,
    String archive,
    List<MethodId> methods,
    List<Double> bits,
    List<String> data,
    Optional<String> to,
    Settings settings) {}
