package org.zoopress.zoo;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.zoopress.tensor.DType;

/** Builds safetensors files for tests, good ones and broken ones. */
final class SafetensorsFiles {
  private SafetensorsFiles() {}

  /** A file with this header text and data; the length is the header's own. */
  static byte[] file(String json, byte[] data) {
    return file(json.getBytes(StandardCharsets.UTF_8), data);
  }

  /** A file with these header bytes and data. */
  static byte[] file(byte[] header, byte[] data) {
    return ByteBuffer.allocate(8 + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(data)
        .array();
  }

  /** One tensor {@code w} of this type, shape text and offsets, with data of some length. */
  static byte[] one(String dtype, String shape, String offsets, int dataBytes) {
    return file(
        "{\"w\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
            .formatted(dtype, shape, offsets),
        new byte[dataBytes]);
  }

  /** Random tensors with names that begin with a prefix; all dtypes, ranks 0 to 6, some empty. */
  static byte[] random(SplittableRandom random, String prefix, List<String> names) {
    List<String> parts = new ArrayList<>();
    if (random.nextBoolean()) {
      parts.add("\"__metadata__\": {\"format\":\"pt\", \"a \\\"b\\\"\":\"ü\\n\"}");
    }
    long offset = 0;
    int count = random.nextInt(0, 8);
    for (int i = 0; i < count; i++) {
      DType dtype = DType.values()[random.nextInt(DType.values().length)];
      long[] dims = new long[random.nextInt(0, 7)];
      long elements = 1;
      for (int k = 0; k < dims.length; k++) {
        dims[k] = random.nextInt(10) == 0 ? 0 : random.nextInt(1, 5);
        elements *= dims[k];
      }
      String name = prefix + "layer/" + i + ".gewicht=ü%";
      names.add(name);
      long end = offset + elements * dtype.bytes();
      parts.add(
          "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(name, dtype, Arrays.toString(dims), offset, end));
      offset = end;
    }
    byte[] data = new byte[(int) offset];
    random.nextBytes(data);
    String padding = " ".repeat(random.nextInt(9));
    return file("{" + String.join(",", parts) + "}" + padding, data);
  }
}
