package org.zoopress.zoo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/**
 * The main graph of an ONNX model as the file has it: nodes with their attributes, inputs and
 * outputs with what the file tells of their sizes, initializers without their values. The bodies of
 * If, Loop and Scan are stepped over.
 *
 * @param nodes in the order of the file
 * @param inputs of the graph; older models list their initializers among them
 * @param outputs of the graph
 * @param initializers in the order of the file
 * @param opset version of ONNX's own operators; 1 if the file names none
 */
public record OnnxGraph(
    List<Node> nodes,
    List<Value> inputs,
    List<Value> outputs,
    List<Tensor> initializers,
    long opset) {
  /** A bound for names and for the texts of attributes. */
  private static final int TEXT_BYTES = 1 << 16;

  private static final int TENSOR_TYPE = 1;

  /** Numbers of typed fields that are kept in all. */
  private static final int MAX_TYPED = 1 << 20;

  /** Numbers in lists of attributes, in all. */
  private static final int MAX_LISTED = 1 << 22;

  /**
   * One operation.
   *
   * @param name may be empty
   * @param operator with its domain in front where that is not ONNX's own
   * @param inputs names of values; an optional input that is left out is empty
   * @param integers attributes that are one or several whole numbers
   * @param floats attributes that are one or several real numbers
   * @param texts attributes that are one text
   * @param tensors attributes that are one tensor
   * @param others attributes of any other kind, with its name: {@code graph}, {@code list of
   *     texts}, …
   */
  public record Node(
      String name,
      String operator,
      List<String> inputs,
      List<String> outputs,
      Map<String, List<Long>> integers,
      Map<String, List<Float>> floats,
      Map<String, String> texts,
      Map<String, Tensor> tensors,
      Map<String, String> others) {

    /** The first value of a whole-numbered attribute. */
    public long number(String attribute, long absent) {
      List<Long> values = integers.getOrDefault(attribute, List.of());
      return values.isEmpty() ? absent : values.get(0);
    }
  }

  /**
   * An input or output.
   *
   * @param elementType number of ONNX's TensorProto.DataType; 0 if the file tells none
   * @param dims sizes, −1 where the file gives none; empty if the file tells nothing of the shape
   */
  public record Value(String name, long elementType, Optional<List<Long>> dims) {}

  /** Type of a value. */
  private record ValueType(long elementType, Optional<List<Long>> dims) {
    static final ValueType UNKNOWN = new ValueType(0, Optional.empty());
  }

  /**
   * A tensor in the file.
   *
   * @param dtype empty for a type that Zoopress has none for
   * @param typeName for messages
   * @param offset first byte of its values in the main file; −1 if they are no range of bytes there
   * @param typed whole numbers of a tensor whose values lie in a typed field; empty for other
   *     tensors, and for large ones
   */
  public record Tensor(
      String name,
      Optional<DType> dtype,
      String typeName,
      Shape shape,
      long offset,
      List<Long> typed) {}

  /**
   * Reads the graph of a model that {@link ModelReaders} accepted.
   *
   * @throws org.zoopress.error.BadModelException if it is no protobuf message of that shape, or
   *     larger beside its weights than {@link ReaderLimits#maxHeaderBytes}
   */
  public static OnnxGraph read(ModelFolder folder, String path, ReaderLimits limits)
      throws IOException {
    try (ByteSource source = folder.open(path)) {
      return new Walk(source, limits).model();
    }
  }

  /** One pass over the file. */
  private static final class Walk {
    private final TensorChecks checks;
    private final ReaderLimits limits;
    private final ProtoReader in;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Value> inputs = new ArrayList<>();
    private final List<Value> outputs = new ArrayList<>();
    private final List<Tensor> initializers = new ArrayList<>();
    private long opset = 1;
    private int typedNumbers;
    private int listedNumbers;

    Walk(ByteSource source, ReaderLimits limits) {
      this.checks = new TensorChecks(source.path(), limits);
      this.limits = limits;
      this.in = new ProtoReader(source, checks, limits.maxHeaderBytes());
    }

    OnnxGraph model() throws IOException {
      while (in.next()) {
        switch (in.field()) {
          case 7 -> graph();
          case 8 -> operatorSet();
          default -> {} // versions, texts and functions
        }
      }
      return new OnnxGraph(nodes, inputs, outputs, initializers, opset);
    }

    private void operatorSet() throws IOException {
      String domain = "";
      long version = 1;
      long outer = in.enter();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> domain = in.text(TEXT_BYTES);
          case 2 -> version = in.varint();
          default -> {} // no such field yet
        }
      }
      in.leave(outer);
      opset = isOwn(domain) ? version : opset;
    }

    private void graph() throws IOException {
      long outer = in.enter();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> nodes.add(node());
          case 5 -> initializers.add(tensor());
          case 11 -> inputs.add(value());
          case 12 -> outputs.add(value());
          default -> {} // names and descriptions
        }
      }
      in.leave(outer);
    }

    private Tensor tensor() throws IOException {
      OnnxTensor tensor = OnnxTensor.read(in, checks, limits);
      Optional<DType> dtype = tensor.dtype();
      Shape shape = checks.shape(tensor.name(), dtype.orElse(DType.F64), tensor.dims());
      long bytes = shape.elements() * dtype.map(DType::bytes).orElse(0);
      boolean ranged =
          tensor.external().isEmpty() && tensor.inline() && tensor.valueBytes() == bytes;
      List<Long> typed = tensor.typedIntegers();
      typedNumbers += typed.size();
      boolean complete = typed.size() == shape.elements() && typedNumbers <= MAX_TYPED;
      return new Tensor(
          tensor.name(),
          dtype,
          tensor.typeName(),
          shape,
          ranged ? tensor.valueStart() : -1,
          complete ? typed : List.of());
    }

    private Value value() throws IOException {
      String name = "";
      ValueType type = ValueType.UNKNOWN;
      long outer = in.enter();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> name = in.text(TEXT_BYTES);
          case 2 -> type = type();
          default -> {} // descriptions
        }
      }
      in.leave(outer);
      return new Value(name, type.elementType(), type.dims());
    }

    private ValueType type() throws IOException {
      long elementType = 0;
      Optional<List<Long>> dims = Optional.empty();
      long outer = in.enter();
      while (in.next()) {
        if (in.field() == TENSOR_TYPE) {
          long outerType = in.enter();
          while (in.next()) {
            switch (in.field()) {
              case 1 -> elementType = in.varint();
              case 2 -> dims = Optional.of(dims());
              default -> {} // no such field yet
            }
          }
          in.leave(outerType);
        }
      }
      in.leave(outer);
      return new ValueType(elementType, dims);
    }

    private List<Long> dims() throws IOException {
      List<Long> dims = new ArrayList<>();
      long outer = in.enter();
      while (in.next()) {
        if (in.field() == 1) {
          if (dims.size() == limits.maxRank()) {
            throw checks.beyond("a value before byte %d has too high a rank", in.position());
          }
          dims.add(dim());
        }
      }
      in.leave(outer);
      return dims;
    }

    private long dim() throws IOException {
      long size = -1;
      long outer = in.enter();
      while (in.next()) {
        size = in.field() == 1 ? in.varint() : size;
      }
      in.leave(outer);
      return Math.max(-1, size);
    }

    private Node node() throws IOException {
      List<String> reads = new ArrayList<>();
      List<String> writes = new ArrayList<>();
      NodeAttributes attributes = new NodeAttributes();
      String name = "";
      String operator = "";
      String domain = "";
      long outer = in.enter();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> reads.add(in.text(TEXT_BYTES));
          case 2 -> writes.add(in.text(TEXT_BYTES));
          case 3 -> name = in.text(TEXT_BYTES);
          case 4 -> operator = in.text(TEXT_BYTES);
          case 5 -> attribute(attributes);
          case 7 -> domain = in.text(TEXT_BYTES);
          default -> {} // descriptions
        }
      }
      in.leave(outer);
      return new Node(
          name,
          isOwn(domain) ? operator : domain + "." + operator,
          reads,
          writes,
          attributes.integers,
          attributes.floats,
          attributes.texts,
          attributes.tensors,
          attributes.others);
    }

    private static boolean isOwn(String domain) {
      return domain.isEmpty() || domain.equals("ai.onnx");
    }

    private void attribute(NodeAttributes attributes) throws IOException {
      String name = "";
      List<Long> integers = new ArrayList<>();
      List<Float> floats = new ArrayList<>();
      Optional<String> text = Optional.empty();
      Optional<Tensor> tensor = Optional.empty();
      Optional<String> other = Optional.empty();
      long type = 0;
      long outer = in.enter();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> name = in.text(TEXT_BYTES);
          case 2 -> floats.add(in.real());
          case 3 -> integers.add(in.varint());
          case 4 -> text = Optional.of(text());
          case 5 -> tensor = Optional.of(tensor());
          case 6, 11 -> other = stepOver("graph");
          case 7 -> floats(floats);
          case 8 -> integers(integers);
          case 9 -> other = Optional.of("list of texts");
          case 10 -> other = stepOver("list of tensors");
          case 20 -> type = in.varint();
          case 22, 23 -> other = Optional.of("sparse tensor");
          default -> {} // descriptions
        }
      }
      in.leave(outer);
      // Numbers that are zero may be left out of the file, their type tells that they are meant.
      if (type == 1 && floats.isEmpty()) {
        floats.add(0f);
      } else if (type == 2 && integers.isEmpty()) {
        integers.add(0L);
      }
      attributes.put(name, integers, floats);
      if (text.isPresent()) {
        attributes.texts.put(name, text.get());
      }
      if (tensor.isPresent()) {
        attributes.tensors.put(name, tensor.get());
      }
      if (other.isPresent()) {
        attributes.others.put(name, other.get());
      }
    }

    /** A text, or bytes that are none: those are of operators that nothing here executes. */
    private String text() throws IOException {
      if (in.valueBytes() <= TEXT_BYTES) {
        return in.looseText();
      }
      in.hole(in.valueBytes());
      return "";
    }

    private Optional<String> stepOver(String kind) {
      in.hole(in.valueBytes());
      return Optional.of(kind);
    }

    private void integers(List<Long> values) throws IOException {
      if (in.wireType() == ProtoReader.VARINT) {
        count();
        values.add(in.varint());
        return;
      }
      while (in.valueBytes() > 0) {
        count();
        values.add(in.packedVarint());
      }
    }

    private void floats(List<Float> values) throws IOException {
      if (in.wireType() == ProtoReader.FIXED32) {
        count();
        values.add(in.real());
        return;
      }
      while (in.valueBytes() > 0) {
        count();
        values.add(in.packedReal());
      }
    }

    private void count() {
      if (++listedNumbers > MAX_LISTED) {
        throw checks.beyond("its attributes have more than %d numbers", MAX_LISTED);
      }
    }
  }

  /** Attributes of the node that is read. */
  private static final class NodeAttributes {
    private final Map<String, List<Long>> integers = new LinkedHashMap<>();
    private final Map<String, List<Float>> floats = new LinkedHashMap<>();
    private final Map<String, String> texts = new LinkedHashMap<>();
    private final Map<String, Tensor> tensors = new HashMap<>();
    private final Map<String, String> others = new HashMap<>();

    void put(String name, List<Long> wholeNumbers, List<Float> realNumbers) {
      if (!wholeNumbers.isEmpty()) {
        integers.put(name, wholeNumbers);
      }
      if (!realNumbers.isEmpty()) {
        floats.put(name, realNumbers);
      }
    }
  }
}
