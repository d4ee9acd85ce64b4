package org.zoopress.network;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.zoopress.error.BadModelException;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.ByteSource;
import org.zoopress.zoo.ModelFolder;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.OnnxGraph;
import org.zoopress.zoo.TensorEntry;
import org.zoopress.zoo.TensorLayout;
import org.zoopress.zoo.TensorReader;

/**
 * The tensors of a file: float ones with modes are weights, whose values stay in the file; all
 * others are read when they are asked for. Holds files open until it is closed.
 */
final class GraphTensors implements AutoCloseable {
  /** Weights up to this size are also evaluated, in case that a shape is computed from them. */
  private static final int SMALL = 64;

  private final ModelFolder folder;
  private final ModelHeader header;
  private final Map<String, TensorEntry> entries = new HashMap<>();
  private final Map<String, OnnxGraph.Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, Constant> read = new HashMap<>();

  private final Map<Integer, ByteSource> sources = new HashMap<>();
  private long loaded;

  GraphTensors(ModelFolder folder, ModelHeader header) {
    this.folder = folder;
    this.header = header;
    header.tensors().forEach(entry -> entries.put(entry.name(), entry));
  }

  /** Adds an initializer, or the value of a Constant node under the name of its output. */
  void add(String name, OnnxGraph.Tensor tensor) {
    tensors.put(name, tensor);
  }

  /** Whether there is such a tensor. */
  boolean contains(String name) {
    return tensors.containsKey(name);
  }

  /** Whether it is a weight: of real numbers, with at least one mode. */
  boolean isWeight(String name) {
    OnnxGraph.Tensor tensor = tensors.get(name);
    return tensor != null
        && tensor.dtype().filter(DType::compressible).isPresent()
        && tensor.shape().rank() >= 1;
  }

  Shape shape(String name) {
    return tensors.get(name).shape();
  }

  /** All tensors of the file that lie in one piece, in its order. */
  List<TensorEntry> entries() {
    return header.tensors();
  }

  /** Where the values of a weight lie. */
  TensorEntry entry(String name) {
    TensorEntry entry = entries.get(name);
    if (entry == null) {
      throw bad(name, "its values are not stored in one piece");
    }
    return entry;
  }

  /**
   * The values of a tensor.
   *
   * @throws BadModelException if there are more than {@link ConstantFolder#MAX_ELEMENTS}, or of a
   *     type that constants do not have
   */
  Constant constant(String name) throws IOException {
    Constant known = read.get(name);
    if (known == null) {
      known = load(name, tensors.get(name));
      read.put(name, known);
    }
    return known;
  }

  private Constant load(String name, OnnxGraph.Tensor tensor) throws IOException {
    Shape shape = tensor.shape();
    if (shape.elements() > ConstantFolder.MAX_ELEMENTS) {
      throw bad(
          name,
          "a constant of %d elements is wanted, at most %d are read",
          shape.elements(),
          ConstantFolder.MAX_ELEMENTS);
    }
    loaded += shape.elements();
    if (loaded > ConstantFolder.MAX_TOTAL) {
      throw bad(name, "its network has more than %d constant elements", ConstantFolder.MAX_TOTAL);
    }
    DType dtype =
        tensor
            .dtype()
            .orElseThrow(() -> bad(name, "a constant of type %s is wanted", tensor.typeName()));
    if (!tensor.typed().isEmpty() && !dtype.compressible()) {
      return Constant.ofIntegers(
          shape, tensor.typed().stream().mapToLong(Long::longValue).toArray());
    }
    TensorEntry entry =
        tensor.offset() >= 0
            ? new TensorEntry(name, dtype, shape, 0, tensor.offset(), TensorLayout.ROW_MAJOR)
            : shape.elements() == 0 && !entries.containsKey(name)
                ? new TensorEntry(name, dtype, shape, 0, 0, TensorLayout.ROW_MAJOR)
                : entry(name);
    byte[] bytes = TensorReader.read(source(entry.file()), entry, 0, shape.rows());
    return dtype.compressible()
        ? Constant.ofFloats(shape, dtype.toFloats(bytes))
        : Constant.ofIntegers(
            shape,
            WholeNumbers.of(dtype, bytes)
                .orElseThrow(() -> bad(name, "a constant of type %s is wanted", dtype)));
  }

  /** A file is opened when it is read first, and stays open: there may be hundreds of constants. */
  private ByteSource source(int file) throws IOException {
    ByteSource source = sources.get(file);
    if (source == null) {
      source = folder.open(header.files().get(file).path());
      sources.put(file, source);
    }
    return source;
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (ByteSource source : sources.values()) {
      try {
        source.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    sources.clear();
    if (failure != null) {
      throw failure;
    }
  }

  private BadModelException bad(String name, String problem, Object... values) {
    return new BadModelException(
        header.files().get(0).path(), name, problem.formatted(values), NetworkErrors.FOREIGN);
  }

  /** Whether its values are few enough to be read beside being a weight. */
  boolean isSmall(String name) {
    return tensors.get(name).shape().elements() <= SMALL && entries.containsKey(name);
  }
}
