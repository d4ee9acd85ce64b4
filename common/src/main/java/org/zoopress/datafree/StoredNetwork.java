package org.zoopress.datafree;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.secondorder.NetworkFactors;
import org.zoopress.method.secondorder.StoredMember;
import org.zoopress.network.Network;
import org.zoopress.payload.Payload;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.TensorEntry;

/**
 * A network as it is stored: a member for each of its weights.
 *
 * @param members by name of the weight, in the order of {@link Network#weights}
 */
record StoredNetwork(Map<String, StoredMember> members) {

  /** The same with other members in the place of some. */
  StoredNetwork with(Map<String, StoredMember> others) {
    Map<String, StoredMember> changed = new LinkedHashMap<>(members);
    changed.putAll(others);
    return new StoredNetwork(changed);
  }

  /** A weight as it is restored. */
  float[] restored(Network network, String name) {
    DType dtype = network.weights().get(name).dtype();
    return dtype.toFloats(members.get(name).restore(dtype));
  }

  /** The payload that holds all members. */
  byte[] payload(Network network, String operatingPoint) {
    List<Payload.Member> described = new ArrayList<>();
    List<Shape> shapes = new ArrayList<>();
    for (String name : members.keySet()) {
      TensorEntry entry = network.weights().get(name);
      described.add(new Payload.Member(entry.dtype(), entry.shape()));
      shapes.add(entry.shape());
    }
    NetworkFactors factors =
        NetworkFactors.of(List.copyOf(members.values()), shapes, operatingPoint);
    return new Payload(described, List.of(factors)).encode();
  }

  /** Elements of all members as a reader of the payload finds them, in the order of members. */
  static List<byte[]> restoredBytes(byte[] payload) {
    Payload read = Payload.decode(payload, 0, payload.length, SharedFactors.none());
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < read.members().size(); i++) {
      all.add(read.restore(i));
    }
    return all;
  }
}
