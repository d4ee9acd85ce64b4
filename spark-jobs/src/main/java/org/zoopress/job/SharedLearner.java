package org.zoopress.job;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.zoopress.io.UnitPlan;

/** Learns one kind of object over all that a run has to solve, or takes it from the archive. */
interface SharedLearner {
  /**
   * What there is to learn from.
   *
   * @param archive what earlier runs stored
   * @param parts the weight partitions that the run solves and may compress, each content once, in
   *     the order of models and tensors
   */
  record Inputs(
      RunContext run, FileSystem fs, String runId, SharedArchive archive, List<Part> parts) {}

  /**
   * A weight partition.
   *
   * @param model the first that holds it
   */
  record Part(String model, UnitPlan.Member member) {}

  /** The objects that the run offers to its solvers; none where they would not pay. */
  List<SharedOffer> offers(Inputs inputs) throws IOException;
}
