package org.zoopress.job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.zoopress.archive.ArchivePaths;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.error.UserInputException;
import org.zoopress.io.SolvedUnit.Solution;
import org.zoopress.io.UnitPlan;

/**
 * Decides as a compress run would and writes nothing that a reader sees. What was solved stays in
 * the archive's staging folder: {@code compress} with the same options goes on from there. Usage:
 *
 * <pre>  zoopress plan --zoo models --archive archive --target-ratio 8</pre>
 */
public final class PlanJob implements ZooJob<CompressRequest, PlanReport> {
  private final NetworkMethod networks;

  /** Compresses networks without data. */
  public PlanJob() {
    this(new DataFreeNetworks());
  }

  /** Compresses networks in another way. */
  PlanJob(NetworkMethod networks) {
    this.networks = networks;
  }

  @Override
  public PlanReport run(SparkSession session, CompressRequest request, Progress progress)
      throws Exception {
    Configuration conf = session.sparkContext().hadoopConfiguration();
    ArchiveReader archive =
        ArchiveReader.openOrEmpty(conf, OpenRun.qualified(conf, request.archive()));
    request.runId().ifPresent(ArchivePaths::checkedRunId);
    if (OpenRun.committed(archive, request, OpenRun.fingerprint(conf, request)).isPresent()) {
      throw new UserInputException(
          "Cannot plan run '%s': it is committed already. Leave --run-id out, or choose another."
              .formatted(request.runId().get()));
    }
    try (OpenRun run = OpenRun.of(session, request, Optional.empty(), networks, progress)) {
      RunPreparation.Prepared prepared = run.prepare();
      return report(run.identity().runId(), prepared);
    }
  }

  /** Units that share method and operating point. */
  private static final class Group {
    private long units;
    private long bytes;
    private double error;
    private double norm;

    void add(Solution solution) {
      units++;
      bytes += solution.length();
      error += solution.squaredError();
      norm += solution.squaredNorm();
    }

    double relativeError() {
      return norm > 0 ? error / norm : 0;
    }
  }

  private static PlanReport report(String runId, RunPreparation.Prepared prepared) {
    Map<List<String>, Group> groups = new TreeMap<>(Comparator.comparing(Object::toString));
    double error = 0;
    double norm = 0;
    for (UnitPlan unit : prepared.plan().units()) {
      Choice choice = prepared.packs().contents().choice(unit.fingerprint());
      if (choice == null) {
        continue; // reused from an earlier run, or of a failed model
      }
      Solution solution = choice.solution();
      groups
          .computeIfAbsent(
              List.of(solution.method(), solution.operatingPoint()), key -> new Group())
          .add(solution);
      if (unit.keepReason().isEmpty()) {
        error += solution.squaredError();
        norm += solution.squaredNorm();
      }
    }
    List<PlanReport.Line> lines = new ArrayList<>();
    groups.forEach(
        (key, group) ->
            lines.add(
                new PlanReport.Line(
                    key.get(0), key.get(1), group.units, group.bytes, group.relativeError())));
    lines.sort(Comparator.comparingLong(PlanReport.Line::storedBytes).reversed());
    long stored =
        StoredBytes.fileBytes(prepared.packs().contents().packs())
            + prepared.packs().newSharedBytes();
    RunTotals totals = RunTotals.of(prepared.result());
    long needed = stored + prepared.packs().reusedBytes();
    int failed = (int) prepared.result().models().stream().filter(ModelInput::failed).count();
    return new PlanReport(
        runId,
        prepared.result().models().size() - failed + prepared.result().unchanged().size(),
        failed,
        totals.originalBytes(),
        stored,
        (double) totals.originalBytes() / Math.max(1, needed),
        8.0 * needed / Math.max(1, totals.weights()),
        norm > 0 ? error / norm : 0,
        lines);
  }
}
