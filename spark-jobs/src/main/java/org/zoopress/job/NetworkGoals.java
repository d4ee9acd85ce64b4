package org.zoopress.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.zoopress.archive.ModelBlob;
import org.zoopress.archive.ModelBlob.PartPointer;
import org.zoopress.archive.PayloadPointer;
import org.zoopress.evaluate.CompanionGraph;
import org.zoopress.zoo.TensorEntry;

/**
 * How many bytes the payload of each network may have, so that the run meets its target: the share
 * of the budget that its models have by their original bytes, less what else is stored for them.
 *
 * <p>What else is stored is counted before anything is solved, and never too low: blobs exactly but
 * for the places that pointers name, tensors outside of the network as if nothing could be saved.
 */
final class NetworkGoals {
  /** Container, name of the method and checksum of a payload with one small tensor, at most. */
  private static final int PAYLOAD_OVERHEAD_BYTES = 32;

  /** What pointers may need more than reckoned, since the members are not known for certain. */
  private static final int POINTER_SLACK_BYTES = 12;

  /** How many candidates on either side let the plan move bytes between networks. */
  private static final int NEIGHBOURS = 2;

  private final RunContext run;
  private final RunResult result;
  private final Planner planner;
  private final Planner.Totals totals;
  private final boolean severalNetworks;

  /**
   * @param models all models of the run, failed ones included
   * @param networks how many are to be solved
   */
  NetworkGoals(RunContext run, List<ModelInput> models, RunResult result, int networks) {
    this.run = run;
    this.result = result;
    this.planner = new Planner(run.settings(), id -> 0);
    this.severalNetworks = networks > 1;
    RunTotals all = RunTotals.of(models, result);
    this.totals = new Planner.Totals(all.originalBytes(), all.weights(), 0, 0, 0);
  }

  /**
   * @param bytes of the payload at most; empty without a target
   * @param neighbours see {@link org.zoopress.datafree.NetworkGoal}
   */
  record Goal(OptionalLong bytes, int neighbours) {}

  /** What is wanted of a family's network; bytes below 1 say that nothing is left for it. */
  Goal of(NetworkFamily family) {
    if (!planner.boundsBytes()) {
      return new Goal(OptionalLong.empty(), 0);
    }
    if (planner.perModel()) {
      return new Goal(OptionalLong.of(ofEach(family)), 0);
    }
    double share = (double) family.originalBytes() / Math.max(1, totals.originalBytes());
    long budget = planner.budget(totals);
    Map<String, Long> others = new HashMap<>();
    long bytes = (long) Math.floor(share * (budget - StoredBytes.FILE_OVERHEAD_BYTES));
    for (ModelInput model : family.models()) {
      bytes -= blobBytes(family, model, budget);
      others.putAll(others(model));
    }
    bytes -= others.values().stream().mapToLong(Long::longValue).sum();
    return new Goal(OptionalLong.of(bytes), severalNetworks ? NEIGHBOURS : 0);
  }

  /** Where each model has a target of its own, each pays for the whole payload. */
  private long ofEach(NetworkFamily family) {
    long least = Long.MAX_VALUE;
    for (ModelInput model : family.models()) {
      long weights = RunTotals.weights(model.header());
      long budget = planner.budget(new Planner.Totals(model.header().bytes(), weights, 0, 0, 0));
      long bytes = budget - StoredBytes.FILE_OVERHEAD_BYTES - blobBytes(family, model, budget);
      bytes -= others(model).values().stream().mapToLong(Long::longValue).sum();
      least = Math.min(least, bytes);
    }
    return least;
  }

  /** Scalars may be constants of the graph, which are stored apart. */
  private static boolean isCovered(TensorEntry tensor) {
    return tensor.dtype().compressible() && tensor.shape().rank() > 0;
  }

  /** Payloads outside of the network, by content key. */
  private Map<String, Long> others(ModelInput model) {
    Map<String, Long> others = new HashMap<>();
    List<TensorEntry> entries = model.header().tensors();
    List<String> keys = result.keys(model.name());
    for (int t = 0; t < entries.size(); t++) {
      if (!isCovered(entries.get(t))) {
        others.put(keys.get(t), entries.get(t).bytes() + PAYLOAD_OVERHEAD_BYTES);
      }
    }
    return others;
  }

  private long blobBytes(NetworkFamily family, ModelInput model, long budget) {
    int farthest = (int) Math.max(0, Math.min(budget, Integer.MAX_VALUE));
    String runId = run.staging().getName();
    Map<String, Integer> members = members(family.network());
    List<List<PartPointer>> pointers = new ArrayList<>();
    for (TensorEntry tensor : model.header().tensors()) {
      Integer member =
          isCovered(tensor) ? members.get(CompanionGraph.initializerName(tensor.name())) : null;
      PayloadPointer place =
          member != null
              ? new PayloadPointer(runId, 0, severalNetworks ? farthest : 0, farthest)
              : new PayloadPointer(runId, 0, farthest, (int) Math.min(tensor.bytes(), farthest));
      pointers.add(List.of(new PartPointer(place, member == null ? 0 : member)));
    }
    return ModelBlob.prefix(model.skeletonBytes()).length
        + (long) model.skeletonBytes()
        + ModelBlob.suffix(runId, pointers).length
        + POINTER_SLACK_BYTES;
  }

  /** Which member of the payload a tensor will be, about: some may not be read by any node. */
  private static Map<String, Integer> members(ModelInput network) {
    Map<String, Integer> members = new HashMap<>();
    for (TensorEntry tensor : network.header().tensors()) {
      if (isCovered(tensor)) {
        members.putIfAbsent(CompanionGraph.initializerName(tensor.name()), members.size());
      }
    }
    return members;
  }
}
