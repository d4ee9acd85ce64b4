package org.zoopress.zoo;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/**
 * Header of one safetensors file:
 *
 * <pre>
 *   u64 little-endian     n, length of the header
 *   n bytes of JSON       name → {dtype, shape, data_offsets: [begin, end)}, "__metadata__" → texts
 *   the rest              the tensors, without gaps; offsets count from here </pre>
 *
 * The checks are those of the reference implementation: every byte after the header belongs to
 * exactly one tensor.
 *
 * @see <a href="https://github.com/huggingface/safetensors">the format</a>
 */
final class SafetensorsReader {
  private static final String METADATA = "__metadata__";
  private static final int LENGTH_BYTES = 8;

  private final ByteSource source;
  private final int file;
  private final ReaderLimits limits;
  private final TensorChecks checks;
  private final List<Listed> tensors = new ArrayList<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  /** What one file holds; entries in the order of its JSON. */
  record Contents(List<TensorEntry> tensors, Map<String, String> metadata, long headerBytes) {}

  private record Listed(String name, DType dtype, Shape shape, long begin, long end) {}

  private SafetensorsReader(ByteSource source, int file, ReaderLimits limits) {
    this.source = source;
    this.file = file;
    this.limits = limits;
    this.checks = new TensorChecks(source.path(), limits);
  }

  /**
   * @param file index that the entries get as {@link TensorEntry#file}
   */
  static Contents read(ByteSource source, int file, ReaderLimits limits) throws IOException {
    return new SafetensorsReader(source, file, limits).read();
  }

  private Contents read() throws IOException {
    FileSniffer.check(source);
    byte[] json = readHeader();
    long dataStart = LENGTH_BYTES + (long) json.length;
    try (JsonParser parser = StrictJson.parser(json)) {
      parse(parser);
    } catch (JsonProcessingException e) {
      throw checks.bad("its header is not valid JSON: %s", e.getOriginalMessage());
    } catch (CharacterCodingException e) {
      throw checks.bad("its header is not valid UTF-8");
    }
    checkCoverage(source.length() - dataStart);
    List<TensorEntry> entries = new ArrayList<>(tensors.size());
    for (Listed t : tensors) {
      entries.add(
          new TensorEntry(
              t.name, t.dtype, t.shape, file, dataStart + t.begin, TensorLayout.ROW_MAJOR));
    }
    return new Contents(entries, metadata, dataStart);
  }

  private byte[] readHeader() throws IOException {
    long length = source.length();
    if (length < LENGTH_BYTES) {
      throw checks.bad("it is truncated: %d bytes, a header length alone needs 8", length);
    }
    byte[] prefix = new byte[LENGTH_BYTES];
    source.readFully(0, prefix, 0, LENGTH_BYTES);
    long headerBytes = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (headerBytes < 0 || headerBytes > length - LENGTH_BYTES) {
      throw checks.bad(
          "its header claims %s bytes, the file has %d after the length",
          Long.toUnsignedString(headerBytes), length - LENGTH_BYTES);
    }
    if (headerBytes > limits.maxHeaderBytes()) {
      throw checks.beyond(
          "its header has %d bytes, at most %d are allowed", headerBytes, limits.maxHeaderBytes());
    }
    byte[] json = new byte[(int) headerBytes];
    source.readFully(LENGTH_BYTES, json, 0, json.length);
    if (json.length == 0 || json[0] != '{') {
      throw checks.bad("its header is not a JSON object");
    }
    return json;
  }

  private void parse(JsonParser parser) throws IOException {
    parser.nextToken(); // the brace that was checked
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (name.equals(METADATA)) {
        parseMetadata(parser);
      } else {
        checks.count(tensors.size() + 1L);
        tensors.add(parseTensor(parser, checks.name(name)));
      }
    }
    if (parser.nextToken() != null) {
      throw checks.bad("its header goes on after the JSON object");
    }
  }

  private void parseMetadata(JsonParser parser) throws IOException {
    if (!parser.hasToken(JsonToken.START_OBJECT)) {
      throw checks.bad("%s is not a JSON object", METADATA);
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw checks.bad("%s '%s' is not a text", METADATA, TensorChecks.shown(key));
      }
      metadata.put(key, parser.getText());
    }
  }

  private Listed parseTensor(JsonParser parser, String name) throws IOException {
    if (!parser.hasToken(JsonToken.START_OBJECT)) {
      throw checks.badTensor(name, "its description is not a JSON object");
    }
    String type = null;
    long[] dims = null;
    long[] offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (key) {
        case "dtype" -> type = value == JsonToken.VALUE_STRING ? parser.getText() : null;
        case "shape" -> dims = integers(parser, name, "shape", limits.maxRank());
        case "data_offsets" -> offsets = integers(parser, name, "data_offsets", 2);
        default ->
            throw checks.badTensor(
                name, "its description has an unknown key '%s'", TensorChecks.shown(key));
      }
    }
    if (type == null || dims == null || offsets == null || offsets.length != 2) {
      throw checks.badTensor(name, "it lacks one of dtype, shape and two data_offsets");
    }
    DType dtype = dtype(name, type);
    Shape shape = checks.shape(name, dtype, dims);
    long begin = offsets[0];
    long end = offsets[1];
    if (begin < 0 || end < begin) {
      throw checks.badTensor(name, "its data_offsets [%d, %d] are no range", begin, end);
    }
    long bytes = shape.elements() * dtype.bytes();
    if (end - begin != bytes) {
      throw checks.badTensor(
          name, "%s %s needs %d bytes, its data_offsets have %d", dtype, shape, bytes, end - begin);
    }
    return new Listed(name, dtype, shape, begin, end);
  }

  private DType dtype(String tensor, String type) {
    return Arrays.stream(DType.values())
        .filter(d -> d.name().equals(type))
        .findFirst()
        .orElseThrow(
            () ->
                checks.badTensor(
                    tensor,
                    "its dtype '%s' is unknown (known: %s)",
                    TensorChecks.shown(type),
                    Arrays.toString(DType.values())));
  }

  private long[] integers(JsonParser parser, String tensor, String key, int atMost)
      throws IOException {
    if (!parser.hasToken(JsonToken.START_ARRAY)) {
      throw checks.badTensor(tensor, "its %s is not a list", key);
    }
    long[] values = new long[4];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (!parser.hasToken(JsonToken.VALUE_NUMBER_INT)
          || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
        throw checks.badTensor(
            tensor, "its %s has '%s', which is no integer of 63 bits", key, parser.getText());
      }
      if (count == atMost) {
        throw checks.badTensor(tensor, "its %s has more than %d numbers", key, atMost);
      }
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = parser.getLongValue();
    }
    return Arrays.copyOf(values, count);
  }

  /** Holes, overlaps, bytes beyond the end and bytes left over. */
  private void checkCoverage(long dataBytes) {
    List<Listed> sorted = new ArrayList<>(tensors);
    sorted.sort(Comparator.comparingLong(Listed::begin).thenComparingLong(Listed::end));
    long covered = 0;
    for (Listed t : sorted) {
      if (t.end > dataBytes) {
        throw checks.badTensor(
            t.name,
            "its data ends at byte %d, the file has %d data bytes (truncated?)",
            t.end,
            dataBytes);
      }
      if (t.begin < covered) {
        throw checks.badTensor(
            t.name, "its data [%d, %d) overlaps another tensor's", t.begin, t.end);
      }
      if (t.begin > covered) {
        throw checks.badTensor(
            t.name, "bytes %d to %d before its data belong to no tensor", covered, t.begin);
      }
      covered = t.end;
    }
    if (covered != dataBytes) {
      throw checks.bad("%d trailing bytes belong to no tensor", dataBytes - covered);
    }
  }
}
