package org.zoopress.zoo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;

/**
 * Names of an ONNX graph in terms of the names before them. Encoder and decoder see the same names
 * in the same order, so both keep the same lists: outputs of nodes, and all others (weights and
 * inputs) in the order of their first use.
 *
 * <pre>
 *   input of a node    0 none; 1 … 28 that many outputs back; 29 and a varint, further back;
 *                      30 and a varint, that many of the others back; else a new name
 *   name of a node     0 none; 1 the scope of the weight that is new in this node; 2 the weight's
 *                      path itself; 3 in the scope given as a new name; else a new name
 *   output of a node   0 none; 1 the node's name + _output_ + index; 2 the node's name; else a new name
 *   initializer        0 none; 1 the next of the others; 2 and a varint, one further on; else new
 *   other values       0 none; 1 the next output; 2 and a varint, an output; 3 and a varint, one of
 *                      the others; else new </pre>
 *
 * New names are front coded ({@link NameFront}), each role by itself. Exporters of PyTorch name a
 * node by its scope, its operator, and a counter of equals in the scope; the scope of {@code
 * layer1.0.conv1.weight} is {@code /layer1/layer1.0/conv1/}.
 */
final class GraphNames {
  private static final int FAR_OUTPUT = 29;
  private static final int OTHER = 30;

  /** Deeper modules are taken as one name: what is shown of a number grows with its depth. */
  private static final int MAX_DEPTH = 16;

  private final List<String> outputs = new ArrayList<>();
  private final List<String> others = new ArrayList<>();
  private final Map<String, Integer> outputIndex = new HashMap<>();
  private final Map<String, Integer> otherIndex = new HashMap<>();
  private final Map<String, Integer> counters = new HashMap<>();
  private final NameFront newInputs = new NameFront();
  private final NameFront newScopes = new NameFront();
  private final NameFront newNodes = new NameFront();
  private final NameFront newOutputs = new NameFront();
  private final NameFront newInitializers = new NameFront();
  private final NameFront newValues = new NameFront();
  private int nextInitializer;
  private int nextValue;

  /** The weight that came up first among the inputs of the current node; empty if none did. */
  private String newWeight = "";

  /** A node begins. */
  void beginNode() {
    newWeight = "";
  }

  void writeInput(ByteWriter out, String name) throws NotExpressibleException {
    Integer output = outputIndex.get(name);
    Integer other = otherIndex.get(name);
    if (name.isEmpty()) {
      out.writeByte(0);
    } else if (output != null) {
      int back = outputs.size() - output;
      if (back < FAR_OUTPUT) {
        out.writeByte(back);
      } else {
        out.writeByte(FAR_OUTPUT);
        out.writeVarint(back - FAR_OUTPUT);
      }
    } else if (other != null) {
      out.writeByte(OTHER);
      out.writeVarint(others.size() - 1 - other);
    } else {
      newInputs.write(out, name);
      addInput(name);
    }
  }

  String readInput(ByteReader in) {
    int code = in.readByte();
    if (code == 0) {
      return "";
    } else if (code <= FAR_OUTPUT) {
      int back = code < FAR_OUTPUT ? code : FAR_OUTPUT + in.readVarint(outputs.size(), "output");
      return at(outputs, outputs.size() - back);
    } else if (code == OTHER) {
      return at(others, others.size() - 1 - in.readVarint(others.size(), "name"));
    }
    String name = newInputs.read(in, code);
    addInput(name);
    return name;
  }

  private void addInput(String name) {
    addOther(name);
    newWeight = newWeight.isEmpty() ? name : newWeight;
  }

  private void addOther(String name) {
    otherIndex.put(name, others.size());
    others.add(name);
  }

  void writeNode(ByteWriter out, String name, String operator) throws NotExpressibleException {
    String scope = name.substring(0, name.lastIndexOf('/') + 1);
    if (name.isEmpty()) {
      out.writeByte(0);
    } else if (!newWeight.isEmpty() && name.equals(path())) {
      out.writeByte(2);
    } else if (!name.equals(scope + counted(scope, operator))) {
      newNodes.write(out, name);
    } else if (!newWeight.isEmpty() && scope.equals(scope())) {
      out.writeByte(1);
      newScopes.set(scope);
      count(scope, operator);
    } else {
      out.writeByte(3);
      newScopes.write(out, scope);
      count(scope, operator);
    }
  }

  String readNode(ByteReader in, String operator) {
    int code = in.readByte();
    switch (code) {
      case 0:
        return "";
      case 1:
      case 3:
        String scope = code == 1 ? scope() : newScopes.read(in, in.readByte());
        newScopes.set(scope);
        String name = scope + counted(scope, operator);
        count(scope, operator);
        return name;
      case 2:
        return path();
      default:
        return newNodes.read(in, code);
    }
  }

  /** The path of the module that has the new weight: {@code layer1.0.conv1}. */
  private String path() {
    return newWeight.substring(0, Math.max(0, newWeight.lastIndexOf('.')));
  }

  /** Its scope: a number stands behind all of its parent's, {@code /layer1/layer1.0/conv1/}. */
  private String scope() {
    StringBuilder scope = new StringBuilder("/");
    String shown = "";
    for (String part : path().split("\\.", MAX_DEPTH)) {
      boolean number = !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
      shown = number && !shown.isEmpty() ? shown + "." + part : part;
      scope.append(shown).append('/');
    }
    return scope.toString();
  }

  private String counted(String scope, String operator) {
    int seen = counters.getOrDefault(scope + operator, 0);
    return seen == 0 ? operator : operator + "_" + seen;
  }

  private void count(String scope, String operator) {
    counters.merge(scope + operator, 1, Integer::sum);
  }

  void writeOutput(ByteWriter out, String name, String node, int index)
      throws NotExpressibleException {
    if (name.isEmpty()) {
      out.writeByte(0);
      return;
    }
    if (name.equals(node + "_output_" + index)) {
      out.writeByte(1);
    } else if (name.equals(node)) {
      out.writeByte(2);
    } else {
      newOutputs.write(out, name);
    }
    addOutput(name);
  }

  String readOutput(ByteReader in, String node, int index) {
    int code = in.readByte();
    if (code == 0) {
      return "";
    }
    String name =
        code == 1 ? node + "_output_" + index : code == 2 ? node : newOutputs.read(in, code);
    addOutput(name);
    return name;
  }

  private void addOutput(String name) {
    outputIndex.put(name, outputs.size());
    outputs.add(name);
  }

  void writeInitializer(ByteWriter out, String name) throws NotExpressibleException {
    Integer other = otherIndex.get(name);
    if (name.isEmpty()) {
      out.writeByte(0);
    } else if (other == null) {
      newInitializers.write(out, name);
      addOther(name);
    } else {
      if (other == nextInitializer) {
        out.writeByte(1);
      } else {
        out.writeByte(2);
        out.writeSignedVarint(other - nextInitializer);
      }
      nextInitializer = other + 1;
    }
  }

  String readInitializer(ByteReader in) {
    int code = in.readByte();
    switch (code) {
      case 0:
        return "";
      case 1:
      case 2:
        long index = nextInitializer + (code == 1 ? 0 : in.readSignedVarint());
        String name = at(others, index);
        nextInitializer = (int) index + 1;
        return name;
      default:
        String added = newInitializers.read(in, code);
        addOther(added);
        return added;
    }
  }

  void writeValue(ByteWriter out, String name) throws NotExpressibleException {
    Integer output = outputIndex.get(name);
    Integer other = otherIndex.get(name);
    if (name.isEmpty()) {
      out.writeByte(0);
    } else if (output != null) {
      if (output == nextValue) {
        out.writeByte(1);
      } else {
        out.writeByte(2);
        out.writeVarint(outputs.size() - 1 - output);
      }
      nextValue = output + 1;
    } else if (other != null) {
      out.writeByte(3);
      out.writeVarint(other);
    } else {
      newValues.write(out, name);
    }
  }

  String readValue(ByteReader in) {
    int code = in.readByte();
    switch (code) {
      case 0:
        return "";
      case 1:
      case 2:
        int index =
            code == 1 ? nextValue : outputs.size() - 1 - in.readVarint(outputs.size(), "output");
        String name = at(outputs, index);
        nextValue = index + 1;
        return name;
      case 3:
        return at(others, in.readVarint(others.size(), "name"));
      default:
        return newValues.read(in, code);
    }
  }

  private static String at(List<String> names, long index) {
    if (index < 0 || index >= names.size()) {
      throw new CorruptDataException("name %d of %d".formatted(index, names.size()));
    }
    return names.get((int) index);
  }
}
