package org.zoopress.coding;

import java.util.Arrays;

/**
 * Lossless coding of equally wide little-endian elements by planes: all highest bytes, then all
 * second ones, and so on. Each plane is stored in whichever form is smallest.
 *
 * <p>Floats have their sign and exponent in the highest bytes, which are far from uniform, and
 * noise in the others. Elements can be rotated left by one bit first, so that the sign goes to the
 * lowest bit and does not tear the exponent apart.
 *
 * <p>Stored form: for each plane, from the highest, one byte with its {@link Form} and what that
 * needs:
 *
 * <pre>
 *   RAW       the bytes
 *   CONSTANT  one byte
 *   ZSTD      length as varint, a zstd frame
 *   ORDER_0   length as varint, range coded with one adaptive histogram
 *   PREVIOUS  the same with a histogram for each value of the byte before in the plane
 *   HIGHER    the same with a histogram for each byte of the element's next higher plane
 * </pre>
 */
public final class BytePlanes {
  private static final int ZSTD_LEVEL = 9;

  /**
   * A plane this close to 8 bits a byte is not worth range coding: raw saves the decoder's time.
   */
  private static final double INCOMPRESSIBLE = 7.95;

  /** Learning a histogram costs about this many bytes for each value that occurs. */
  private static final double LEARNING_BYTES = 0.6;

  private enum Form {
    RAW,
    CONSTANT,
    ZSTD,
    ORDER_0,
    PREVIOUS,
    HIGHER
  }

  private BytePlanes() {}

  /**
   * Writes the elements.
   *
   * @param data a whole number of elements
   * @param width bytes of an element: 1, 2, 4 or 8
   * @param rotated whether elements are rotated left by one bit first
   */
  public static void encode(ByteWriter out, byte[] data, int width, boolean rotated) {
    checkWidth(width);
    if (data.length % width != 0) {
      throw new IllegalArgumentException("%d bytes of width %d".formatted(data.length, width));
    }
    byte[] source = rotated ? rotated(data, width, 1) : data;
    byte[] higher = null;
    for (int plane = width - 1; plane >= 0; plane--) {
      byte[] bytes = new byte[data.length / width];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = source[i * width + plane];
      }
      encodePlane(out, bytes, higher);
      higher = bytes;
    }
  }

  /**
   * Reads {@code count} elements.
   *
   * @throws CorruptDataException if the bytes are not such planes
   */
  public static byte[] decode(ByteReader in, int count, int width, boolean rotated) {
    checkWidth(width);
    if ((long) count * width > Integer.MAX_VALUE - 8) {
      throw new CorruptDataException("%d elements of %d bytes".formatted(count, width));
    }
    byte[] data = new byte[count * width];
    byte[] higher = null;
    for (int plane = width - 1; plane >= 0; plane--) {
      byte[] bytes = decodePlane(in, count, higher);
      for (int i = 0; i < count; i++) {
        data[i * width + plane] = bytes[i];
      }
      higher = bytes;
    }
    return rotated ? rotated(data, width, 8 * width - 1) : data;
  }

  private static void checkWidth(int width) {
    if (width != 1 && width != 2 && width != 4 && width != 8) {
      throw new IllegalArgumentException("elements of %d bytes".formatted(width));
    }
  }

  private static byte[] rotated(byte[] data, int width, int left) {
    byte[] turned = new byte[data.length];
    int bits = 8 * width;
    long mask = -1L >>> (64 - bits);
    for (int start = 0; start < data.length; start += width) {
      long element = 0;
      for (int k = width - 1; k >= 0; k--) {
        element = element << 8 | (data[start + k] & 0xFF);
      }
      element = (element << left | element >>> (bits - left)) & mask;
      for (int k = 0; k < width; k++) {
        turned[start + k] = (byte) (element >>> (8 * k));
      }
    }
    return turned;
  }

  private static void encodePlane(ByteWriter out, byte[] plane, byte[] higher) {
    int[] histogram = histogram(plane);
    if (plane.length > 0 && histogram[plane[0] & 0xFF] == plane.length) {
      out.writeByte(Form.CONSTANT.ordinal());
      out.writeByte(plane[0]);
      return;
    }
    Form form = Form.RAW;
    byte[] best = null;
    byte[] zstd = ZstdBytes.compress(plane, ZSTD_LEVEL);
    if (framed(zstd) < plane.length) {
      form = Form.ZSTD;
      best = zstd;
    }
    Form modelled = mostPromising(plane, higher, histogram);
    if (modelled != Form.RAW) {
      byte[] coded = encodeModelled(plane, modelled, higher);
      if (framed(coded) < (best == null ? plane.length : framed(best))) {
        form = modelled;
        best = coded;
      }
    }
    out.writeByte(form.ordinal());
    if (best == null) {
      out.writeBytes(plane);
    } else {
      out.writeBlob(best);
    }
  }

  /** Bytes with their length in front. */
  private static int framed(byte[] bytes) {
    return bytes.length + 1 + (31 - Integer.numberOfLeadingZeros(bytes.length | 1)) / 7;
  }

  private static int[] histogram(byte[] plane) {
    int[] histogram = new int[256];
    for (byte b : plane) {
      histogram[b & 0xFF]++;
    }
    return histogram;
  }

  /** The range coded form with the least expected size; RAW if none would gain. */
  private static Form mostPromising(byte[] plane, byte[] higher, int[] histogram) {
    Form best = Form.RAW;
    double least = plane.length * INCOMPRESSIBLE / 8;
    double size = bytesOf(histogram, 0, 1);
    if (size < least) {
      best = Form.ORDER_0;
      least = size;
    }
    size = conditionalBytes(plane, null);
    if (size < least) {
      best = Form.PREVIOUS;
      least = size;
    }
    if (higher != null && conditionalBytes(plane, higher) < least) {
      best = Form.HIGHER;
    }
    return best;
  }

  private static double conditionalBytes(byte[] plane, byte[] higher) {
    int[] counts = new int[1 << 16];
    for (int i = 0; i < plane.length; i++) {
      counts[outer(plane, higher, i) << 8 | (plane[i] & 0xFF)]++;
    }
    return bytesOf(counts, 0, 256);
  }

  private static int outer(byte[] plane, byte[] higher, int i) {
    if (higher != null) {
      return higher[i] & 0xFF;
    }
    return i == 0 ? 0 : plane[i - 1] & 0xFF;
  }

  /** Entropy of histograms of 256 values each, with what an adaptive coder pays for learning. */
  private static double bytesOf(int[] counts, int from, int histograms) {
    double bits = 0;
    int distinct = 0;
    for (int h = 0; h < histograms; h++) {
      int base = from + (h << 8);
      long total = 0;
      for (int v = 0; v < 256; v++) {
        total += counts[base + v];
      }
      for (int v = 0; v < 256; v++) {
        int count = counts[base + v];
        if (count > 0) {
          bits -= count * StrictMath.log((double) count / total);
          distinct++;
        }
      }
    }
    return bits / (8 * StrictMath.log(2)) + LEARNING_BYTES * distinct;
  }

  private static byte[] encodeModelled(byte[] plane, Form form, byte[] higher) {
    RangeEncoder encoder = new RangeEncoder();
    ByteModels models = new ByteModels(form == Form.ORDER_0 ? 1 : 256);
    byte[] context = form == Form.HIGHER ? higher : null;
    for (int i = 0; i < plane.length; i++) {
      int outer = form == Form.ORDER_0 ? 0 : outer(plane, context, i);
      models.encode(encoder, outer, plane[i] & 0xFF);
    }
    return encoder.finish();
  }

  private static byte[] decodePlane(ByteReader in, int count, byte[] higher) {
    int code = in.readByte();
    if (code >= Form.values().length) {
      throw new CorruptDataException("unknown form %d of a byte plane".formatted(code));
    }
    Form form = Form.values()[code];
    return switch (form) {
      case RAW -> in.readBytes(count);
      case CONSTANT -> {
        byte[] plane = new byte[count];
        Arrays.fill(plane, (byte) in.readByte());
        yield plane;
      }
      case ZSTD -> ZstdBytes.decompress(in.readBlob(), count);
      case ORDER_0, PREVIOUS -> decodeModelled(in.readBlob(), count, form, null);
      case HIGHER -> {
        if (higher == null) {
          throw new CorruptDataException("the highest byte plane refers to a higher one");
        }
        yield decodeModelled(in.readBlob(), count, form, higher);
      }
    };
  }

  private static byte[] decodeModelled(byte[] coded, int count, Form form, byte[] higher) {
    RangeDecoder decoder = new RangeDecoder(coded);
    ByteModels models = new ByteModels(form == Form.ORDER_0 ? 1 : 256);
    byte[] plane = new byte[count];
    for (int i = 0; i < count; i++) {
      int outer = form == Form.ORDER_0 ? 0 : outer(plane, higher, i);
      plane[i] = (byte) models.decode(decoder, outer);
    }
    return plane;
  }
}
