package org.zoopress.zoo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.ModelHeader.SourceFile;

/**
 * Header of an ONNX model, found by walking the protobuf wire format: the weights are stepped over,
 * so a file of any size is read in little memory.
 *
 * <p>A tensor becomes a {@link TensorEntry} if its values are one range of bytes: {@code raw_data},
 * {@code float_data} and {@code double_data} in one packed piece (packed floats are little-endian
 * and contiguous too), external data. Initializers have their own name; the value of a Constant
 * node has the name of the node's output. Inside the body of an If, Loop or Scan, or of a function,
 * names only hold locally, so there they get the owner in front: {@code output.attribute/name} with
 * the first output of the owning node, or {@code function/name}.
 *
 * <p>Everything else stays a literal part of the file: other typed fields, sparse tensors, types
 * without a {@link DType}, tensors in attributes of other nodes, and values of {@value
 * #SMALL_BYTES} bytes or less that are no floating-point weights (shapes, axes, pads). Notes say so
 * where weights could be meant.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>, the field
 *     numbers
 */
final class OnnxReader {
  /** Values that are not floating-point stay in the graph up to this size. */
  static final int SMALL_BYTES = 64;

  private final ModelFolder folder;
  private final String path;
  private final ReaderLimits limits;
  private final TensorChecks checks;
  private final ProtoReader in;
  private final List<SourceFile> files = new ArrayList<>();
  private final Map<String, Integer> fileOfPath = new LinkedHashMap<>();
  private final List<TensorEntry> tensors = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, List<String>> leftInGraph = new LinkedHashMap<>();
  private int graphs;
  private int depth;

  private OnnxReader(ModelFolder folder, ByteSource source, ReaderLimits limits) {
    this.folder = folder;
    this.path = source.path();
    this.limits = limits;
    this.checks = new TensorChecks(path, limits);
    this.in = new ProtoReader(source, checks, limits.maxHeaderBytes());
    files.add(new SourceFile(path, source.length()));
  }

  static ModelHeader read(ModelFolder folder, String path, ReaderLimits limits) throws IOException {
    try (ByteSource source = folder.open(path)) {
      FileSniffer.check(source);
      return new OnnxReader(folder, source, limits).readModel();
    }
  }

  private ModelHeader readModel() throws IOException {
    while (in.next()) {
      switch (in.field()) {
        case 7 -> {
          if (++graphs > 1) {
            throw checks.bad("it has more than one graph");
          }
          graph("");
        }
        case 14 -> metadataEntry();
        case 20 -> leave("parts of the training graph", "");
        case 25 -> function();
        default -> {} // versions and texts, kept as literals
      }
    }
    if (graphs == 0) {
      throw checks.bad("it has no graph, so it is no ONNX model");
    }
    checkExternalRanges();
    return new ModelHeader(
        ModelReaders.nameOf(path),
        ModelFormat.ONNX,
        List.copyOf(files),
        List.copyOf(tensors),
        metadata,
        notes());
  }

  private void metadataEntry() throws IOException {
    String key = "";
    String value = "";
    long outer = in.enter();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> key = in.text(4 * limits.maxNameLength());
        case 2 -> value = in.text((int) limits.maxHeaderBytes());
        default -> {} // no such field yet
      }
    }
    in.leave(outer);
    metadata.putIfAbsent(key, value);
  }

  /** The graph in the current field; {@code scope} goes in front of the names in it. */
  private void graph(String scope) throws IOException {
    long outer = deeper();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> node(scope);
        case 5 -> {
          OnnxTensor tensor = OnnxTensor.read(in, checks, limits);
          if (tensor.name().isEmpty()) {
            throw checks.bad("an initializer before byte %d has no name", in.position());
          }
          add(scope + tensor.name(), tensor);
        }
        case 15 -> leave("sparse initializers", "");
        default -> {} // inputs, outputs and descriptions, kept as literals
      }
    }
    shallower(outer);
  }

  /** A function of the model: nodes without initializers; its name may follow them. */
  private void function() throws IOException {
    long start = in.position();
    String name = "function@" + start;
    long outer = deeper();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.text(4 * limits.maxNameLength());
        case 7 -> node(name + "/");
        default -> {} // signature and descriptions, kept as literals
      }
    }
    shallower(outer);
  }

  private void node(String scope) throws IOException {
    String output = "";
    String type = "";
    OnnxTensor value = null;
    long start = in.position();
    long outer = in.enter();
    while (in.next()) {
      switch (in.field()) {
        case 2 -> output = output.isEmpty() ? in.text(4 * limits.maxNameLength()) : output;
        case 4 -> type = in.text(4 * limits.maxNameLength());
        case 5 -> {
          Optional<OnnxTensor> tensor =
              attribute(scope + (output.isEmpty() ? "node@" + start : output));
          value = tensor.orElse(value);
        }
        default -> {} // inputs and descriptions, kept as literals
      }
    }
    in.leave(outer);
    if (value != null && type.equals("Constant") && !output.isEmpty()) {
      add(scope + checks.name(output), value);
    } else if (value != null) {
      keep(value, "tensors in attributes of nodes other than Constant", scope + output);
    }
  }

  /** Returns the tensor of an attribute {@code value}; walks into graphs. */
  private Optional<OnnxTensor> attribute(String owner) throws IOException {
    String name = "";
    OnnxTensor value = null;
    long start = in.position();
    long outer = deeper();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.text(4 * limits.maxNameLength());
        case 5 -> {
          if (value != null) {
            throw checks.bad("an attribute before byte %d has two tensors", in.position());
          }
          value = OnnxTensor.read(in, checks, limits);
        }
        case 6, 11 -> graph(owner + "." + (name.isEmpty() ? "graph@" + start : name) + "/");
        case 10 -> leave("tensor lists in attributes", owner);
        case 22, 23 -> leave("sparse tensors in attributes", owner);
        default -> {} // numbers and texts, kept as literals
      }
    }
    shallower(outer);
    return Optional.ofNullable(value);
  }

  private long deeper() {
    if (++depth > 2 * limits.maxNesting()) { // a graph and the attribute around it
      throw checks.beyond("its graphs are nested more than %d deep", limits.maxNesting());
    }
    return in.enter();
  }

  private void shallower(long outer) {
    depth--;
    in.leave(outer);
  }

  /** Makes an entry of the tensor, or leaves it in the graph. */
  private void add(String name, OnnxTensor tensor) throws IOException {
    checks.name(name);
    if (!names.add(name)) {
      throw checks.badTensor(name, "there are two tensors of this name");
    }
    checks.count(names.size());
    Optional<DType> known = tensor.dtype();
    if (known.isEmpty()) {
      keep(tensor, "tensors of type " + tensor.typeName(), name);
      return;
    }
    DType dtype = known.get();
    Shape shape = checks.shape(name, dtype, tensor.dims());
    long bytes = shape.elements() * dtype.bytes();
    Optional<OnnxTensor.External> external = tensor.external();
    if (external.isPresent()) {
      if (tensor.hasValues()) {
        throw checks.badTensor(name, "it has values both in the file and in external data");
      }
      addExternal(name, dtype, shape, external.get());
    } else if (tensor.typedField().isPresent()) {
      keep(tensor, "tensors with values in " + tensor.typedField().get(), name);
    } else if (tensor.valueBytes() != bytes) {
      throw checks.badTensor(
          name, "%s %s needs %d bytes, it has %d", dtype, shape, bytes, tensor.valueBytes());
    } else if (!dtype.compressible() && bytes <= SMALL_BYTES) {
      in.hole(-bytes);
    } else {
      long offset = Math.max(0, tensor.valueStart());
      tensors.add(new TensorEntry(name, dtype, shape, 0, offset, TensorLayout.ROW_MAJOR));
    }
  }

  private void addExternal(String name, DType dtype, Shape shape, OnnxTensor.External external)
      throws IOException {
    long bytes = shape.elements() * dtype.bytes();
    int file = externalFile(ZooPaths.sibling(path, external.location()));
    long length = files.get(file).length();
    if (external.length() >= 0 && external.length() != bytes) {
      throw checks.badTensor(
          name,
          "%s %s needs %d bytes, its external data has %d",
          dtype,
          shape,
          bytes,
          external.length());
    }
    if (external.offset() > length || bytes > length - external.offset()) {
      throw checks.badTensor(
          name,
          "its external data ends at byte %s, %s has %d bytes",
          Long.toUnsignedString(external.offset() + bytes),
          files.get(file).path(),
          length);
    }
    tensors.add(
        new TensorEntry(name, dtype, shape, file, external.offset(), TensorLayout.ROW_MAJOR));
  }

  private int externalFile(String location) throws IOException {
    if (location.equals(path)) {
      throw checks.bad("it names itself as external data");
    }
    Integer known = fileOfPath.get(location);
    if (known != null) {
      return known;
    }
    if (files.size() > limits.maxFiles()) {
      throw checks.beyond("it has more than %d files of external data", limits.maxFiles());
    }
    try (ByteSource source = folder.open(location)) {
      if (source.length() > 0) {
        FileSniffer.check(source);
      }
      files.add(new SourceFile(location, source.length()));
    }
    fileOfPath.put(location, files.size() - 1);
    return files.size() - 1;
  }

  /** Tied tensors share one range; ranges that overlap in part cannot both be restored. */
  private void checkExternalRanges() {
    List<TensorEntry> sorted =
        new ArrayList<>(tensors.stream().filter(t -> t.file() > 0 && t.bytes() > 0).toList());
    sorted.sort(
        Comparator.comparingInt(TensorEntry::file)
            .thenComparingLong(TensorEntry::offset)
            .thenComparingLong(TensorEntry::bytes));
    for (int i = 1; i < sorted.size(); i++) {
      TensorEntry a = sorted.get(i - 1);
      TensorEntry b = sorted.get(i);
      boolean tied = a.offset() == b.offset() && a.bytes() == b.bytes();
      if (a.file() == b.file() && !tied && b.offset() < a.offset() + a.bytes()) {
        throw checks.badTensor(
            b.name(),
            "its external data [%d, %d) overlaps that of '%s'",
            b.offset(),
            b.offset() + b.bytes(),
            a.name());
      }
    }
  }

  /** Leaves a tensor in the graph with a note, unless it is too small to be a weight. */
  private void keep(OnnxTensor tensor, String kind, String name) {
    in.hole(-tensor.valueBytes());
    if (tensor.valueBytes() > SMALL_BYTES || !tensor.inline()) {
      leave(kind, name);
    }
  }

  private void leave(String kind, String name) {
    leftInGraph.computeIfAbsent(kind, k -> new ArrayList<>()).add(name);
  }

  private List<String> notes() {
    return leftInGraph.entrySet().stream()
        .map(
            kind ->
                "%s are stored with the graph, untouched: %d%s"
                    .formatted(
                        kind.getKey(),
                        kind.getValue().size(),
                        kind.getValue().get(0).isEmpty()
                            ? ""
                            : ", such as '" + TensorChecks.shown(kind.getValue().get(0)) + "'"))
        .toList();
  }
}
