package org.zoopress.network;

import java.util.List;
import java.util.Map;
import org.zoopress.error.BadModelException;
import org.zoopress.zoo.OnnxGraph;

/** Errors of a network, which name the operation and the model. */
final class NetworkErrors {
  /** For what no network can mean. */
  static final String BROKEN = "Export the network again";

  /** For what a network may mean, but Zoopress does not execute. */
  static final String FOREIGN =
      "Export the network by tracing, for inference and with constants folded, or compress it"
          + " without its graph";

  private static final int LONGEST = 400;

  private final String path;

  NetworkErrors(String path) {
    this.path = path;
  }

  /** Names in a file may be long; a message is for people. */
  private static String shown(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...";
  }

  /** A node of the file as messages name it. */
  static NetworkNode label(OnnxGraph.Node node, int index) {
    Attributes none = new Attributes(Map.of(), Map.of(), Map.of());
    return new NetworkNode(index, node.name(), node.operator(), List.of(), List.of(), none);
  }

  /** Something that is wrong with an operation. */
  BadModelException broken(NetworkNode node, String problem, Object... values) {
    return new BadModelException(
        path, shown("operation " + node.label() + ": " + problem.formatted(values)), BROKEN);
  }

  /** An operation that is right, but of no use here. */
  BadModelException foreign(NetworkNode node, String problem, Object... values) {
    return new BadModelException(
        path, shown("operation " + node.label() + ": " + problem.formatted(values)), FOREIGN);
  }

  /** Something that is wrong with the network as a whole. */
  BadModelException broken(String problem, Object... values) {
    return new BadModelException(path, shown(problem.formatted(values)), BROKEN);
  }

  /** A network that is right, but of no use here. */
  BadModelException foreign(String problem, Object... values) {
    return new BadModelException(path, shown(problem.formatted(values)), FOREIGN);
  }
}
