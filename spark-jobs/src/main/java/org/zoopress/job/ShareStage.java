package org.zoopress.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.config.Keys;
import org.zoopress.config.Settings;
import org.zoopress.config.SharingMode;
import org.zoopress.io.UnitPlan;
import org.zoopress.method.MethodId;

/**
 * Between cutting and solving: what is learned over all layers of all models, so that payloads can
 * refer to it. Only what the run has to solve takes part; what an earlier run stored keeps what it
 * has.
 */
final class ShareStage {
  private ShareStage() {}

  /** Whether codebooks may be shared. */
  static boolean sharesCodebooks(Settings settings) {
    return settings.get(Keys.METHODS).contains(MethodId.ADDITIVE)
        && settings.get(Keys.ADDITIVE_SHARING) != SharingMode.NONE;
  }

  /** The kinds of objects that the settings ask for. */
  private static List<SharedLearner> learners(Settings settings) {
    return sharesCodebooks(settings) ? List.of(new CodebookLearner()) : List.of();
  }

  /**
   * Learns, or takes from the archive or from an earlier attempt of the run.
   *
   * @param units what the run has to solve
   */
  static List<SharedOffer> run(
      RunContext run,
      FileSystem fs,
      String runId,
      ArchiveReader archive,
      SharedCatalog catalog,
      List<UnitPlan> units)
      throws IOException {
    List<SharedLearner> learners = learners(run.settings());
    List<SharedLearner.Part> parts = new ArrayList<>();
    for (UnitPlan unit : units) {
      if (unit.keepReason().isEmpty()) {
        unit.members()
            .forEach(member -> parts.add(new SharedLearner.Part(member.tensor().model(), member)));
      }
    }
    if (learners.isEmpty() || parts.isEmpty()) {
      return List.of();
    }
    SharedLearner.Inputs inputs =
        new SharedLearner.Inputs(
            run, fs, runId, SharedArchive.read(run.hadoop(), archive, catalog), parts);
    List<SharedOffer> offers = new ArrayList<>();
    for (SharedLearner learner : learners) {
      offers.addAll(learner.offers(inputs));
    }
    return offers;
  }
}
