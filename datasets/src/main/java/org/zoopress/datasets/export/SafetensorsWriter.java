package org.zoopress.datasets.export;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.zoopress.coding.ByteWriter;
import org.zoopress.datasets.network.NamedTensor;

/**
 * Float32 tensors as a safetensors file: the length of the header (8 bytes, little-endian), a JSON
 * header padded with spaces to a multiple of 8, then the values one tensor after another.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">safetensors, Format</a>
 */
public final class SafetensorsWriter {
  private SafetensorsWriter() {}

  /**
   * The whole file.
   *
   * @param tensors in the order in which their values are to lie; names of letters, digits, dots
   *     and underscores, so that JSON needs no escapes
   */
  public static byte[] encode(List<NamedTensor> tensors) {
    byte[] header = header(tensors);
    ByteWriter out = new ByteWriter();
    out.writeInt(header.length);
    out.writeInt(0);
    out.writeBytes(header);
    for (NamedTensor tensor : tensors) {
      out.writeBytes(LittleEndian.bytes(tensor.values()));
    }
    return out.toByteArray();
  }

  private static byte[] header(List<NamedTensor> tensors) {
    List<String> entries = new ArrayList<>();
    entries.add("\"__metadata__\":{\"format\":\"pt\"}");
    long offset = 0;
    for (NamedTensor tensor : tensors) {
      if (!tensor.name().matches("[A-Za-z0-9._]+")) {
        throw new IllegalArgumentException("unsafe tensor name: " + tensor.name());
      }
      long end = offset + Float.BYTES * tensor.shape().elements();
      entries.add(
          "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(
                  tensor.name(),
                  Arrays.toString(tensor.shape().dims()).replace(" ", ""),
                  offset,
                  end));
      offset = end;
    }
    String json = "{" + String.join(",", entries) + "}";
    int padding = -json.length() & 7;
    return (json + " ".repeat(padding)).getBytes(StandardCharsets.US_ASCII);
  }
}
