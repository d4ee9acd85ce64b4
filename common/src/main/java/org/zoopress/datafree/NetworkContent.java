package org.zoopress.datafree;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.zoopress.network.Constant;
import org.zoopress.network.Network;
import org.zoopress.network.NetworkNode;
import org.zoopress.zoo.TensorEntry;

/**
 * Hash of all that a network computes with: inputs, nodes, constants, weights. Each part has its
 * length in front, so that none can be mistaken for another; names of files do not enter.
 */
final class NetworkContent {
  private final DataOutputStream out;

  private NetworkContent(OutputStream out) {
    this.out = new DataOutputStream(out);
  }

  /**
   * @param digest empty
   * @param weights elements of the network's weights, by name
   */
  static String hash(MessageDigest digest, Network network, Map<String, byte[]> weights) {
    OutputStream nowhere = OutputStream.nullOutputStream();
    try {
      new NetworkContent(new DigestOutputStream(nowhere, digest)).network(network, weights);
    } catch (IOException e) {
      throw new UncheckedIOException("a digest takes all bytes", e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private void network(Network network, Map<String, byte[]> weights) throws IOException {
    out.writeInt(network.inputs().size());
    for (Network.Input input : network.inputs()) {
      text(input.name());
      text(input.dims().toString());
    }
    texts(network.outputs());
    out.writeInt(network.nodes().size());
    for (NetworkNode node : network.nodes()) {
      text(node.operator());
      texts(node.inputs());
      texts(node.outputs());
      text(new TreeMap<>(node.attributes().integers()).toString());
      text(new TreeMap<>(node.attributes().floats()).toString());
      text(new TreeMap<>(node.attributes().texts()).toString());
    }
    out.writeInt(network.constants().size());
    for (Map.Entry<String, Constant> constant : new TreeMap<>(network.constants()).entrySet()) {
      text(constant.getKey());
      text(constant.getValue().shape().toString());
      longs(constant.getValue().integers());
      floats(constant.getValue().floats());
    }
    out.writeInt(network.weights().size());
    for (Map.Entry<String, TensorEntry> weight : network.weights().entrySet()) {
      text(weight.getKey());
      text(weight.getValue().dtype().name());
      text(weight.getValue().shape().toString());
      bytes(weights.get(weight.getKey()));
    }
  }

  private void texts(List<String> texts) throws IOException {
    out.writeInt(texts.size());
    for (String text : texts) {
      text(text);
    }
  }

  private void text(String text) throws IOException {
    bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  private void bytes(byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private void longs(long[] values) throws IOException {
    out.writeInt(values.length);
    for (long value : values) {
      out.writeLong(value);
    }
  }

  private void floats(float[] values) throws IOException {
    out.writeInt(values.length);
    for (float value : values) {
      out.writeFloat(value);
    }
  }
}
