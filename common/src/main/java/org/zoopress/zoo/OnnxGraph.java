package org.zoopress.zoo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who computes what in the main graph of an ONNX model: its nodes with names of values and the
 * attributes that are whole numbers. Weights and the bodies of If, Loop and Scan are stepped over.
 *
 * @param nodes in the order of the file, which is one in which they can be computed
 * @param inputs names of the graph's inputs; older models list their initializers among them
 * @param outputs names of the graph's outputs
 */
public record OnnxGraph(List<Node> nodes, List<String> inputs, List<String> outputs) {
  /** A bound for names and for the texts of attributes. */
  private static final int TEXT_BYTES = 1 << 16;

  /**
   * One operation.
   *
   * @param operator name, with its domain in front where that is not ONNX's own
   * @param inputs names of values; an optional input that is left out is empty
   * @param numbers attributes that are one or several whole numbers
   * @param autoPad the attribute {@code auto_pad}, {@code NOTSET} if absent
   */
  public record Node(
      String operator,
      List<String> inputs,
      List<String> outputs,
      Map<String, List<Long>> numbers,
      String autoPad) {

    /** The value of a whole-numbered attribute. */
    public long number(String attribute, long absent) {
      List<Long> values = numbers.getOrDefault(attribute, List.of());
      return values.isEmpty() ? absent : values.get(0);
    }
  }

  /**
   * Reads the graph of a model that {@link ModelReaders} accepted.
   *
   * @throws org.zoopress.error.BadModelException if it is no protobuf message of that shape, or
   *     larger beside its weights than {@link ReaderLimits#maxHeaderBytes}
   */
  public static OnnxGraph read(ModelFolder folder, String path, ReaderLimits limits)
      throws IOException {
    try (ByteSource source = folder.open(path)) {
      ProtoReader in =
          new ProtoReader(source, new TensorChecks(path, limits), limits.maxHeaderBytes());
      OnnxGraph graph = new OnnxGraph(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      while (in.next()) {
        if (in.field() == 7) {
          graph.fill(in);
        }
      }
      return graph;
    }
  }

  private void fill(ProtoReader in) throws IOException {
    long outer = in.enter();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> nodes.add(node(in));
        case 5 -> in.hole(in.valueBytes());
        case 11 -> inputs.add(valueName(in));
        case 12 -> outputs.add(valueName(in));
        default -> {} // names and descriptions
      }
    }
    in.leave(outer);
  }

  private static String valueName(ProtoReader in) throws IOException {
    String name = "";
    long outer = in.enter();
    while (in.next()) {
      name = in.field() == 1 ? in.text(TEXT_BYTES) : name;
    }
    in.leave(outer);
    return name;
  }

  private static Node node(ProtoReader in) throws IOException {
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    Map<String, List<Long>> numbers = new LinkedHashMap<>();
    String operator = "";
    String domain = "";
    String autoPad = "NOTSET";
    long outer = in.enter();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> inputs.add(in.text(TEXT_BYTES));
        case 2 -> outputs.add(in.text(TEXT_BYTES));
        case 4 -> operator = in.text(TEXT_BYTES);
        case 5 -> autoPad = attribute(in, numbers, autoPad);
        case 7 -> domain = in.text(TEXT_BYTES);
        default -> {} // names and descriptions
      }
    }
    in.leave(outer);
    boolean own = domain.isEmpty() || domain.equals("ai.onnx");
    return new Node(own ? operator : domain + "." + operator, inputs, outputs, numbers, autoPad);
  }

  /** Adds the attribute if it holds whole numbers; returns the padding rule as now known. */
  private static String attribute(ProtoReader in, Map<String, List<Long>> numbers, String autoPad)
      throws IOException {
    String name = "";
    String rule = autoPad;
    List<Long> values = new ArrayList<>();
    long outer = in.enter();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.text(TEXT_BYTES);
        case 3 -> values.add(in.varint());
        case 4 -> rule = name.equals("auto_pad") ? in.text(TEXT_BYTES) : rule;
        case 8 -> numbers(in, values);
        case 5, 6, 10, 11 -> in.hole(in.valueBytes()); // tensors and graphs
        default -> {} // other types
      }
    }
    in.leave(outer);
    if (!values.isEmpty()) {
      numbers.put(name, values);
    }
    return rule;
  }

  private static void numbers(ProtoReader in, List<Long> values) throws IOException {
    if (in.wireType() == ProtoReader.VARINT) {
      values.add(in.varint());
      return;
    }
    while (in.valueBytes() > 0) {
      values.add(in.packedVarint());
    }
  }
}
