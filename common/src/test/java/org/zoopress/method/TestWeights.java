package org.zoopress.method;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/**
 * The tensors of a safetensors file of the data pack. The zoo's own reader is not used, so that the
 * methods' tests stand on the methods alone.
 */
public final class TestWeights {
  private static final Pattern ENTRY =
      Pattern.compile(
          "\"([^\"]+)\":\\{\"dtype\":\"(\\w+)\",\"shape\":\\[([\\d,]*)\\],\"data_offsets\":\\[(\\d+),(\\d+)\\]\\}");

  private TestWeights() {}

  /**
   * @param name path in the data pack without extension
   */
  public static List<WeightPartition> network(String name) {
    Path file = Path.of(System.getProperty("zoopress.test.data", "none"), name + ".safetensors");
    Assumptions.assumeTrue(Files.exists(file), () -> "needs the data pack: " + file);
    try {
      return parse(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<WeightPartition> parse(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int header = Math.toIntExact(buffer.getLong());
    String json = new String(bytes, 8, header, StandardCharsets.UTF_8).replace(" ", "");
    List<WeightPartition> tensors = new ArrayList<>();
    Matcher entry = ENTRY.matcher(json);
    while (entry.find()) {
      long[] dims =
          Arrays.stream(entry.group(3).split(","))
              .filter(dim -> !dim.isEmpty())
              .mapToLong(Long::parseLong)
              .toArray();
      byte[] data =
          Arrays.copyOfRange(
              bytes,
              8 + header + Integer.parseInt(entry.group(4)),
              8 + header + Integer.parseInt(entry.group(5)));
      tensors.add(
          new WeightPartition(
              entry.group(1), 0, DType.valueOf(entry.group(2)), Shape.of(dims), data));
    }
    return tensors;
  }
}
