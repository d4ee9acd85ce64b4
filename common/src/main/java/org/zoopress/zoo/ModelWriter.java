package org.zoopress.zoo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.zoopress.error.UserInputException;

/**
 * Writes models back. Tensors are asked for one at a time in the order of the file and go straight
 * to the output, so that no model is ever whole in memory.
 */
public final class ModelWriter {
  private static final int ALIGNMENT = 8;
  private static final String METADATA = "__metadata__";
  private static final JsonFactory JSON = new JsonFactory();

  private ModelWriter() {}

  /**
   * Writes a model in the wanted format: its own files if that is its own format, otherwise one
   * safetensors file {@code <name>.safetensors}.
   *
   * @throws UserInputException if the format needs what the model has not, such as a graph
   */
  public static void restore(
      ModelSkeleton skeleton, ModelFormat wanted, TensorBytes values, OutputFactory out)
      throws IOException {
    ModelHeader header = skeleton.header();
    if (wanted == header.format() && wanted != ModelFormat.TORCH) {
      restoreSource(skeleton, values, out);
      return;
    }
    if (wanted != ModelFormat.SAFETENSORS) {
      throw new UserInputException(
          "Cannot write %s as %s: %s. Use safetensors."
              .formatted(
                  header.name(),
                  wanted.name().toLowerCase(Locale.ROOT),
                  wanted == ModelFormat.ONNX
                      ? "its source is " + lower(header.format()) + ", which has no graph"
                      : "pickles are read, never written"));
    }
    try (OutputStream file = out.create(header.name() + ".safetensors")) {
      writeSafetensors(header.tensors(), header.metadata(), values, file);
    }
  }

  /**
   * Writes the model's own files, under their own paths: the literals of the skeleton with the
   * tensors between them. With unchanged tensors the files are the originals byte for byte. A
   * PyTorch checkpoint becomes {@code <name>.safetensors} with metadata {@code format: pt}.
   *
   * @param values is asked once for tied tensors, which share their bytes in the file
   */
  public static void restoreSource(ModelSkeleton skeleton, TensorBytes values, OutputFactory out)
      throws IOException {
    ModelHeader header = skeleton.header();
    if (header.format() == ModelFormat.TORCH) {
      try (OutputStream file = out.create(header.name() + ".safetensors")) {
        writeSafetensors(header.tensors(), Map.of("format", "pt"), values, file);
      }
      return;
    }
    for (int f = 0; f < header.files().size(); f++) {
      try (OutputStream file = out.create(header.files().get(f).path())) {
        restoreFile(skeleton, f, values, file);
      }
    }
  }

  private static void restoreFile(
      ModelSkeleton skeleton, int file, TensorBytes values, OutputStream out) throws IOException {
    List<TensorEntry> tensors =
        skeleton.header().tensors().stream()
            .filter(t -> t.file() == file && t.bytes() > 0)
            .sorted(Comparator.comparingLong(TensorEntry::offset))
            .toList();
    byte[] literals = skeleton.literals(file);
    int taken = 0;
    long position = 0;
    for (TensorEntry tensor : tensors) {
      if (tensor.offset() < position) {
        continue; // tied to the one before
      }
      int gap = (int) (tensor.offset() - position);
      out.write(literals, taken, gap);
      taken += gap;
      writeTensor(tensor, values, out);
      position = tensor.offset() + tensor.bytes();
    }
    out.write(literals, taken, literals.length - taken);
  }

  /**
   * Writes one safetensors file. Data are ordered by falling element size, otherwise as given, so
   * that every tensor is aligned to its elements.
   *
   * @param tensors names, types and shapes; their places in the source do not matter
   * @param metadata becomes {@code __metadata__} unless empty
   * @throws UserInputException if a tensor has the reserved name {@code __metadata__}
   */
  public static void writeSafetensors(
      List<TensorEntry> tensors, Map<String, String> metadata, TensorBytes values, OutputStream out)
      throws IOException {
    List<TensorEntry> ordered =
        tensors.stream()
            .sorted(Comparator.comparingInt((TensorEntry t) -> -t.dtype().bytes()))
            .toList();
    if (tensors.stream().anyMatch(t -> t.name().equals(METADATA))) {
      throw new UserInputException(
          "Cannot write safetensors: a tensor may not be named '%s' there. Rename it in the source."
              .formatted(METADATA));
    }
    byte[] header = safetensorsHeader(ordered, metadata);
    out.write(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .array());
    out.write(header);
    for (TensorEntry tensor : ordered) {
      writeTensor(tensor, values, out);
    }
  }

  private static byte[] safetensorsHeader(List<TensorEntry> tensors, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      long offset = 0;
      for (TensorEntry tensor : tensors) {
        json.writeObjectFieldStart(tensor.name());
        json.writeStringField("dtype", tensor.dtype().name());
        json.writeFieldName("shape");
        json.writeArray(tensor.shape().dims(), 0, tensor.shape().rank());
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {offset, offset + tensor.bytes()}, 0, 2);
        json.writeEndObject();
        offset = Math.addExact(offset, tensor.bytes());
      }
      json.writeEndObject();
    }
    int padded = (text.size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    byte[] header = Arrays.copyOf(text.toByteArray(), padded);
    Arrays.fill(header, text.size(), padded, (byte) ' ');
    return header;
  }

  private static void writeTensor(TensorEntry tensor, TensorBytes values, OutputStream out)
      throws IOException {
    ExactOutput exact = new ExactOutput(out, tensor);
    values.writeTo(tensor, exact);
    exact.expectEnd();
  }

  private static String lower(ModelFormat format) {
    return format == ModelFormat.TORCH ? "a PyTorch checkpoint" : "a safetensors file";
  }

  /** Lets exactly a tensor's bytes through: one more or less would shift all that follows. */
  private static final class ExactOutput extends FilterOutputStream {
    private final TensorEntry tensor;
    private long left;

    ExactOutput(OutputStream out, TensorEntry tensor) {
      super(out);
      this.tensor = tensor;
      this.left = tensor.bytes();
    }

    @Override
    public void write(int b) throws IOException {
      take(1);
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      take(count);
      out.write(bytes, offset, count);
    }

    @Override
    public void close() {
      // The file goes on after the tensor.
    }

    private void take(int count) {
      if (count > left) {
        throw new IllegalStateException(
            "tensor '%s' has %d bytes, more were written".formatted(tensor.name(), tensor.bytes()));
      }
      left -= count;
    }

    void expectEnd() {
      if (left != 0) {
        throw new IllegalStateException(
            "tensor '%s' has %d bytes, %d are missing"
                .formatted(tensor.name(), tensor.bytes(), left));
      }
    }
  }
}
