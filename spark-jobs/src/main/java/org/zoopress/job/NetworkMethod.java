package org.zoopress.job;

import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;
import java.util.Set;
import org.zoopress.config.Settings;
import org.zoopress.datafree.NetworkGoal;
import org.zoopress.datafree.NetworkSolution;
import org.zoopress.datafree.ProbeCache;
import org.zoopress.datafree.Progress;
import org.zoopress.datafree.Samples;
import org.zoopress.zoo.ModelFolder;
import org.zoopress.zoo.ModelHeader;

/** Compresses a network as a whole; runs in a task on an executor. */
@FunctionalInterface
interface NetworkMethod extends Serializable {

  /**
   * A network to compress.
   *
   * @param folder the zoo
   * @param header of the ONNX model
   * @param keep names of tensors that must stay as they are
   * @param samples of {@code inputs.data}, if it is for this network
   */
  record Work(
      ModelFolder folder,
      ModelHeader header,
      Set<String> keep,
      Settings settings,
      NetworkGoal goal,
      Optional<Samples> samples,
      ProbeCache cache,
      Progress progress) {}

  /**
   * Compresses it.
   *
   * @throws RuntimeException if it cannot be compressed as a whole; the message says why
   */
  NetworkSolution solve(Work work) throws IOException;
}
