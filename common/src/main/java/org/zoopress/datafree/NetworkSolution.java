package org.zoopress.datafree;

import java.util.List;

/**
 * What became of a network.
 *
 * @param members names of the tensors that the payloads hold, in their order
 * @param candidates smallest first; not empty
 */
public record NetworkSolution(List<String> members, List<NetworkCandidate> candidates) {}
