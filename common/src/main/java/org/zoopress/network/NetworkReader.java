package org.zoopress.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.zoopress.error.BadModelException;
import org.zoopress.network.Network.Input;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.ModelFolder;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.ModelReaders;
import org.zoopress.zoo.OnnxGraph;
import org.zoopress.zoo.ReaderLimits;
import org.zoopress.zoo.TensorEntry;

/**
 * Reads the network of an ONNX file: what depends on constants alone is evaluated, so that only
 * operations are left that depend on the input.
 *
 * <p>Where the batch is free, the shape sub-graphs are evaluated twice, for two sizes of the batch
 * that no other size of a network is likely to have. What comes out equal does not depend on the
 * batch; the target of a Reshape that does is written with 0 (keep) and −1 (what is left).
 *
 * <p>Operations are brought into the form of the newest operator set. Identity, Dropout and casts
 * of values to float32 are taken out, and their value has the name of what they read. Operations on
 * weights alone, such as the transposition of one, stay, so that a change of the weight reaches
 * what reads it.
 */
public final class NetworkReader {
  /** Operations that may read values of the input. */
  private static final Set<String> EXECUTED =
      Set.of(
          "Conv",
          "BatchNormalization",
          "Relu",
          "Clip",
          "HardSwish",
          "HardSigmoid",
          "Sigmoid",
          "Tanh",
          "LeakyRelu",
          "Add",
          "Sub",
          "Mul",
          "Div",
          "Pad",
          "Slice",
          "Concat",
          "MaxPool",
          "AveragePool",
          "GlobalAveragePool",
          "Gemm",
          "MatMul",
          "Flatten",
          "Reshape",
          "Transpose",
          "Squeeze",
          "Unsqueeze",
          "ReduceMean",
          "Softmax",
          "LogSoftmax");

  /** FLOAT, FLOAT16, DOUBLE and BFLOAT16 of ONNX's TensorProto.DataType. */
  private static final Set<Long> REAL_TYPES = Set.of(1L, 10L, 11L, 16L);

  private static final long[] PROBED_BATCHES = {61, 67};

  private static final int FLOAT32 = 1;

  private final NetworkErrors errors;
  private final String path;
  private final OnnxGraph graph;
  private final GraphTensors tensors;
  private final ConstantFolder folder;
  private final List<Trace> traces = new ArrayList<>();
  private final Map<String, String> aliases = new HashMap<>();

  /** Values that depend on weights, but not on the input. */
  private final Set<String> ofWeights = new HashSet<>();

  /** Of all values. */
  private final Set<String> names = new HashSet<>();

  private final List<NetworkNode> kept = new ArrayList<>();

  private NetworkReader(ModelHeader header, OnnxGraph graph, GraphTensors tensors) {
    this.path = header.files().get(0).path();
    this.errors = new NetworkErrors(path);
    this.graph = graph;
    this.tensors = tensors;
    this.folder = new ConstantFolder(errors);
  }

  /**
   * Reads a network.
   *
   * @param models the zoo
   * @param path of the ONNX file in it
   * @throws BadModelException if the file is damaged, or the network has an operation that is
   *     neither executed nor folded; the message names the operator, the node and the file
   */
  public static Network read(ModelFolder models, String path, ReaderLimits limits)
      throws IOException {
    return read(models, ModelReaders.readHeader(models, path, limits), limits);
  }

  /** The same for a file whose header is read already. */
  public static Network read(ModelFolder models, ModelHeader header, ReaderLimits limits)
      throws IOException {
    OnnxGraph graph = OnnxGraph.read(models, header.files().get(0).path(), limits);
    try (GraphTensors tensors = new GraphTensors(models, header)) {
      return new NetworkReader(header, graph, tensors).network();
    }
  }

  private Network network() throws IOException {
    Set<String> given = new HashSet<>();
    for (OnnxGraph.Tensor tensor : graph.initializers()) {
      tensors.add(tensor.name(), tensor);
      given.add(tensor.name());
    }
    List<Input> inputs = inputs(given);
    inputs.forEach(input -> given.add(input.name()));
    for (long batch : PROBED_BATCHES) {
      Trace trace = new Trace(batch);
      for (Input input : inputs) {
        trace.shapes().put(input.name(), ValueShapes.of(errors, input, batch));
      }
      traces.add(trace);
    }
    names.addAll(given);
    graph.nodes().forEach(node -> names.addAll(node.outputs()));
    for (int node : NodeOrder.of(errors, graph, given)) {
      add(graph.nodes().get(node), node);
    }
    return assemble(inputs);
  }

  private List<Input> inputs(Set<String> initializers) {
    List<Input> inputs = new ArrayList<>();
    for (OnnxGraph.Value value : graph.inputs()) {
      if (initializers.contains(value.name())) {
        continue;
      }
      List<Long> dims =
          value
              .dims()
              .orElseThrow(
                  () -> errors.foreign("it does not tell the shape of input '%s'", value.name()));
      if (!REAL_TYPES.contains(value.elementType())) {
        throw errors.foreign(
            "its input '%s' holds no real numbers (it is of ONNX's element type %d)",
            value.name(), value.elementType());
      }
      if (dims.stream().skip(1).anyMatch(size -> size <= 0)) {
        throw errors.foreign(
            "its input '%s' has sizes %s: only the first, the batch, may be free",
            value.name(), dims);
      }
      List<Long> sizes = dims.stream().map(size -> size <= 0 ? -1 : size).toList();
      inputs.add(new Input(value.name(), sizes));
    }
    return inputs;
  }

  /** A name like the wanted one that the file has for no value. */
  private String unused(String wanted) {
    String name = wanted;
    while (!names.add(name)) {
      name += "'";
    }
    return name;
  }

  private String resolved(String name) {
    return aliases.getOrDefault(name, name);
  }

  private void add(OnnxGraph.Node raw, int index) throws IOException {
    if (raw.outputs().isEmpty() || raw.outputs().get(0).isEmpty()) {
      throw errors.foreign(NetworkErrors.label(raw, index), "its first output is left out");
    }
    if (!raw.others().isEmpty()) {
      Map.Entry<String, String> other = raw.others().entrySet().iterator().next();
      throw errors.foreign(
          NetworkErrors.label(raw, index),
          "its attribute '%s' is a %s",
          other.getKey(),
          other.getValue());
    }
    List<String> inputs = raw.inputs().stream().map(this::resolved).toList();
    NodeForm form = NodeForm.of(raw, index, inputs, graph.opset(), this::unused);
    NetworkNode node = form.node();
    for (Trace trace : traces) {
      form.constants().forEach(trace::add);
    }
    for (String input : node.inputs()) {
      introduce(input);
    }
    switch (node.operator()) {
      case "Constant" -> constant(raw, node);
      case "Identity" -> alias(node);
      case "Dropout" -> dropout(node);
      case "Shape", "Size" -> measure(node);
      case "ConstantOfShape" -> fold(filled(raw, node));
      default -> compute(form);
    }
  }

  /** Makes a tensor of the file known where it is read first. */
  private void introduce(String name) throws IOException {
    if (tensors.contains(name) && !traces.get(0).shapes().containsKey(name)) {
      for (Trace trace : traces) {
        if (tensors.isWeight(name)) {
          trace.shapes().put(name, tensors.shape(name));
        } else {
          trace.add(name, tensors.constant(name));
        }
      }
    }
  }

  private boolean isConstant(String name) {
    return traces.get(0).constants().containsKey(name);
  }

  private boolean isOfWeights(String name) {
    return tensors.isWeight(name) || ofWeights.contains(name);
  }

  private void constant(OnnxGraph.Node raw, NetworkNode node) throws IOException {
    String output = node.outputs().get(0);
    OnnxGraph.Tensor tensor = raw.tensors().get("value");
    if (tensor != null) {
      tensors.add(output, tensor);
      introduce(output);
      return;
    }
    Constant value = ConstantNode.value(errors, node);
    traces.forEach(trace -> trace.add(output, value));
  }

  private void alias(NetworkNode node) {
    if (!traces.get(0).shapes().containsKey(node.input(0))) {
      throw unknown(node, node.input(0));
    }
    aliases.put(node.outputs().get(0), node.input(0));
  }

  private void dropout(NetworkNode node) throws IOException {
    String training = node.input(2);
    if (!training.isEmpty()
        && Arrays.stream(demand(node, training, traces.get(0)).integers()).anyMatch(t -> t != 0)) {
      throw errors.foreign(node, "it is in training mode");
    }
    alias(node);
  }

  private void measure(NetworkNode node) {
    for (Trace trace : traces) {
      Shape shape = trace.shapes().get(node.input(0));
      if (shape == null) {
        throw unknown(node, node.input(0));
      }
      trace.add(node.outputs().get(0), ConstantNode.measured(node, shape));
    }
  }

  /** Its value is a tensor among the attributes: made a second input. */
  private NetworkNode filled(OnnxGraph.Node raw, NetworkNode node) throws IOException {
    OnnxGraph.Tensor value = raw.tensors().get("value");
    if (value == null) {
      return node;
    }
    String name = unused(node.outputs().get(0) + "/value");
    tensors.add(name, value);
    Constant constant = tensors.constant(name);
    traces.forEach(trace -> trace.add(name, constant));
    return node.withInputs(List.of(node.input(0), name));
  }

  private void compute(NodeForm form) throws IOException {
    NetworkNode node = form.node();
    List<String> inputs = node.inputs().stream().filter(name -> !name.isEmpty()).toList();
    boolean live = false;
    for (String input : inputs) {
      if (!traces.get(0).shapes().containsKey(input)) {
        throw unknown(node, input);
      }
      live |= !isConstant(input) && !isOfWeights(input);
    }
    boolean executed = EXECUTED.contains(node.operator());
    if (live && node.operator().equals("Cast") && node.attributes().integer("to", 0) == FLOAT32) {
      alias(node);
    } else if (live && !executed) {
      throw errors.foreign(node, "it is none that Zoopress executes");
    } else if (live) {
      keep(form);
    } else if (executed && inputs.stream().anyMatch(this::isOfWeights)) {
      keep(form);
      ofWeights.add(node.outputs().get(0));
      foldBeside(node);
    } else {
      fold(node);
    }
  }

  private BadModelException unknown(NetworkNode node, String input) {
    return errors.foreign(node, "its input '%s' is no first output of an operation", input);
  }

  private void fold(NetworkNode node) throws IOException {
    for (Trace trace : traces) {
      Map<String, Constant> values = new HashMap<>();
      for (String input : node.inputs()) {
        if (!input.isEmpty()) {
          values.put(input, demand(node, input, trace));
        }
      }
      Constant value =
          folder
              .fold(node, values)
              .orElseThrow(() -> errors.foreign(node, "it is none that Zoopress evaluates"));
      trace.add(node.outputs().get(0), value);
    }
  }

  /** Evaluates an operation on small weights, in case that a shape is computed from it. */
  private void foldBeside(NetworkNode node) throws IOException {
    for (Trace trace : traces) {
      Map<String, Constant> values = new HashMap<>();
      for (String input : node.inputs()) {
        if (!input.isEmpty() && isKnown(input, trace)) {
          values.put(input, demand(node, input, trace));
        }
      }
      if (node.inputs().stream().allMatch(name -> name.isEmpty() || values.containsKey(name))) {
        folder.fold(node, values).ifPresent(v -> trace.fromWeights().put(node.outputs().get(0), v));
      }
    }
  }

  private boolean isKnown(String name, Trace trace) {
    return trace.constants().containsKey(name)
        || trace.fromWeights().containsKey(name)
        || tensors.isWeight(name) && tensors.isSmall(name);
  }

  /** The elements of a value that must not depend on the input. */
  private Constant demand(NetworkNode node, String name, Trace trace) throws IOException {
    Constant known = trace.constants().get(name);
    known = known != null ? known : trace.fromWeights().get(name);
    if (known == null && !tensors.isWeight(name)) {
      throw errors.foreign(node, "its input '%s' is computed from large weights or data", name);
    }
    return known != null ? known : tensors.constant(name);
  }

  /** Leaves an operation in the network. */
  private void keep(NodeForm form) throws IOException {
    NetworkNode node = withParameters(form);
    refuseOldMeanings(node);
    for (Trace trace : traces) {
      trace.shapes().put(node.outputs().get(0), infer(node, trace));
    }
    if (node.operator().equals("Reshape") && dependsOnBatch(node.input(1))) {
      node = withFreeBatch(node);
    }
    for (String input : node.inputs()) {
      if (dependsOnBatch(input)) {
        throw errors.foreign(node, "its input '%s' depends on the size of the batch", input);
      }
    }
    kept.add(node);
  }

  private Shape infer(NetworkNode node, Trace trace) {
    return ShapeRules.infer(errors, node, trace.shapes()::get, trace.constants());
  }

  /** Makes weights that are read as parameters constants of another name. */
  private NetworkNode withParameters(NodeForm form) throws IOException {
    NetworkNode node = form.node();
    List<String> inputs = new ArrayList<>(node.inputs());
    for (int position : form.parameters()) {
      String name = node.input(position);
      if (name.isEmpty() || isConstant(name)) {
        continue;
      }
      String own = unused(node.outputs().get(0) + "/" + position);
      for (Trace trace : traces) {
        trace.add(own, demand(node, name, trace));
      }
      inputs.set(position, own);
    }
    return node.withInputs(inputs);
  }

  private void refuseOldMeanings(NetworkNode node) {
    Attributes attributes = node.attributes();
    if (attributes.integer("training_mode", 0) != 0) {
      throw errors.foreign(node, "it is in training mode");
    }
    if (attributes.integer("broadcast", 0) != 0) {
      throw errors.foreign(node, "it broadcasts as before operator set 7");
    }
    if (node.operator().endsWith("oftmax") && graph.opset() < NodeForm.SOFTMAX_OF_ONE_MODE) {
      int last = traces.get(0).shapes().get(node.input(0)).rank() - 1;
      long axis = attributes.integer("axis", 1);
      if (axis != last && axis != -1) {
        throw errors.foreign(node, "it takes several modes at once, from %d on", axis);
      }
    }
  }

  private boolean dependsOnBatch(String name) {
    Constant first = traces.get(0).constants().get(name);
    return first != null && !first.sameAs(traces.get(1).constants().get(name));
  }

  /** Writes the target of a Reshape without the size of the batch. */
  private NetworkNode withFreeBatch(NetworkNode node) {
    Trace a = traces.get(0);
    Trace b = traces.get(1);
    Shape from = a.shapes().get(node.input(0));
    Shape to = a.shapes().get(node.outputs().get(0));
    Shape fromOther = b.shapes().get(node.input(0));
    Shape toOther = b.shapes().get(node.outputs().get(0));
    if (to.rank() != toOther.rank()) {
      return node;
    }
    long[] target = to.dims();
    int open = 0;
    for (int k = 0; k < target.length; k++) {
      if (to.dim(k) != toOther.dim(k)) {
        boolean same =
            k < from.rank() && from.dim(k) == to.dim(k) && fromOther.dim(k) == toOther.dim(k);
        target[k] = same ? 0 : -1;
        open += same ? 0 : 1;
      } else if (target[k] == 0) {
        return node;
      }
    }
    if (open > 1) {
      return node;
    }
    String name = unused(node.outputs().get(0) + "/shape");
    Constant constant = Constant.ofIntegers(Shape.of(target.length), target);
    traces.forEach(trace -> trace.add(name, constant));
    Map<String, List<Long>> integers = new HashMap<>(node.attributes().integers());
    integers.remove("allowzero");
    return new NetworkNode(
        node.index(),
        node.name(),
        node.operator(),
        List.of(node.input(0), name),
        node.outputs(),
        new Attributes(integers, node.attributes().floats(), node.attributes().texts()));
  }

  private Network assemble(List<Input> inputs) {
    List<String> outputs = graph.outputs().stream().map(value -> resolved(value.name())).toList();
    for (String output : outputs) {
      if (isConstant(output) || isOfWeights(output) || tensors.contains(output)) {
        throw errors.broken("its output '%s' does not depend on its input", output);
      }
      if (!traces.get(0).shapes().containsKey(output)) {
        throw errors.foreign("its output '%s' is no first output of an operation", output);
      }
    }
    List<NetworkNode> nodes = needed(outputs);
    Map<String, Constant> constants = new LinkedHashMap<>();
    Map<String, TensorEntry> read = new HashMap<>();
    for (NetworkNode node : nodes) {
      for (String input : node.inputs()) {
        Constant constant = traces.get(0).constants().get(input);
        if (constant != null) {
          constants.put(input, constant);
        } else if (tensors.isWeight(input)) {
          read.put(input, tensors.entry(input));
        }
      }
    }
    Map<String, TensorEntry> weights = new LinkedHashMap<>();
    for (TensorEntry entry : tensors.entries()) {
      if (read.containsKey(entry.name())) {
        weights.put(entry.name(), entry);
      }
    }
    return new Network(
        path,
        nodes,
        List.copyOf(inputs),
        outputs,
        Collections.unmodifiableMap(weights),
        Collections.unmodifiableMap(constants));
  }

  /** The nodes that are left and that the outputs need, numbered anew. */
  private List<NetworkNode> needed(List<String> outputs) {
    Set<String> wanted = new HashSet<>(outputs);
    List<NetworkNode> needed = new ArrayList<>();
    for (int i = kept.size() - 1; i >= 0; i--) {
      if (wanted.contains(kept.get(i).outputs().get(0))) {
        needed.add(kept.get(i));
        wanted.addAll(kept.get(i).inputs());
      }
    }
    Collections.reverse(needed);
    List<NetworkNode> numbered = new ArrayList<>();
    for (NetworkNode node : needed) {
      numbered.add(node.withIndex(numbered.size()));
    }
    return List.copyOf(numbered);
  }
}
