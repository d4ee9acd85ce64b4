package org.zoopress.zoo;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.tensor.DType;

/**
 * The header of a safetensors file as nearly all writers put it down: no white space but at the
 * end, metadata first, keys in the usual order, every tensor behind the one before. Then only
 *
 * <pre>
 *   text      what stands before the first tensor, with its brace; and a zero
 *   entries   {@link EntryText}
 *   varint    spaces at the end </pre>
 *
 * are written: lengths and offsets follow from dtypes and shapes.
 */
final class SafetensorsText {
  private static final int LENGTH_BYTES = 8;
  private static final Pattern ENTRY =
      Pattern.compile(
          "\"([^\"\\\\]{0,4096})\":\\{\"dtype\":\"([A-Z0-9_]{1,9})\",\"shape\":\\[([0-9,]{0,999})\\],"
              + "\"data_offsets\":\\[[0-9]{1,18},[0-9]{1,18}\\]\\}");

  private SafetensorsText() {}

  /**
   * Writes the text of some header; of another than the usual ones it may be of a different header.
   *
   * @throws NotExpressibleException if there is nothing alike
   */
  static void write(ByteWriter text, byte[] literals) throws NotExpressibleException {
    if (literals.length < LENGTH_BYTES || literals.length > GraphText.MAX_LITERALS) {
      throw new NotExpressibleException("no header of usual length");
    }
    String json =
        new String(
            literals, LENGTH_BYTES, literals.length - LENGTH_BYTES, StandardCharsets.ISO_8859_1);
    Matcher matcher = ENTRY.matcher(json);
    if (!matcher.find()) {
      throw new NotExpressibleException("no tensors");
    }
    SkeletonBytes.writeText(text, json.substring(0, matcher.start()));
    EntryText entries = new EntryText();
    do {
      entries.write(text, matcher.group(1), dtype(matcher.group(2)), dims(matcher.group(3)));
    } while (matcher.find());
    text.writeByte(0);
    text.writeVarint(json.length() - json.stripTrailing().length());
  }

  private static DType dtype(String name) throws NotExpressibleException {
    return Arrays.stream(DType.values())
        .filter(d -> d.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new NotExpressibleException("a dtype"));
  }

  private static long[] dims(String list) throws NotExpressibleException {
    try {
      return list.isEmpty()
          ? new long[0]
          : Arrays.stream(list.split(",", -1)).mapToLong(Long::parseLong).toArray();
    } catch (NumberFormatException e) {
      throw new NotExpressibleException("a shape");
    }
  }

  /** Inverse of {@link #write} for usual headers. */
  static FileText read(ByteReader text) {
    StringBuilder json = new StringBuilder(SkeletonBytes.readText(text));
    long end = 0;
    boolean first = true;
    EntryText entries = new EntryText();
    for (EntryText.Entry e = entries.read(text); e != null; e = entries.read(text)) {
      long begin = end;
      end = end(e, begin);
      json.append(first ? "" : ",")
          .append('"')
          .append(e.name())
          .append("\":{\"dtype\":\"")
          .append(e.dtype().name())
          .append("\",\"shape\":")
          .append(Arrays.toString(e.dims()).replace(" ", ""))
          .append(",\"data_offsets\":[")
          .append(begin)
          .append(',')
          .append(end)
          .append("]}");
      first = false;
      if (json.length() > GraphText.MAX_LITERALS) {
        throw new CorruptDataException("a header of more than a megabyte");
      }
    }
    json.append('}');
    json.append(" ".repeat(text.readVarint(GraphText.MAX_LITERALS, "number of spaces")));
    byte[] header = json.toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] literals =
        ByteBuffer.allocate(LENGTH_BYTES + header.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header)
            .array();
    long[] starts = end == 0 ? new long[0] : new long[] {literals.length};
    long[] ends = end == 0 ? new long[0] : new long[] {literals.length + end};
    return new FileText(literals, new ByteRanges(starts, ends));
  }

  private static long end(EntryText.Entry entry, long begin) {
    try {
      long bytes = entry.dtype().bytes();
      for (long n : entry.dims()) {
        bytes = Math.multiplyExact(bytes, n);
      }
      return Math.addExact(begin, bytes);
    } catch (ArithmeticException e) {
      throw new CorruptDataException("tensor '%s' is too large".formatted(entry.name()));
    }
  }
}
