package org.zoopress.coding;

import java.util.HashMap;
import java.util.Map;

/**
 * Codes signed integers of several kinds, one at a time, for headers that are too short for a
 * stream of each kind: the kinds share the adaptive decisions of {@link IntegerModels}, and each
 * has a running mean of its magnitudes that says in which context they are met. Small integers are
 * cheap; where a kind is always zero it costs next to nothing.
 */
public final class AdaptiveIntegers {
  /** Observations that a running mean covers. */
  private static final int MEMORY = 24;

  /** A kind starts with integers of about this magnitude. */
  private static final float FIRST_MAGNITUDE = 2;

  private final IntegerModels models = IntegerModels.start(Trellis.NONE);
  private final Map<Integer, Kind> kinds = new HashMap<>();

  private static final class Kind {
    float magnitude = FIRST_MAGNITUDE;
    int seen;

    int context() {
      return IntegerContext.spreadClass(magnitude) * IntegerContext.LOCATIONS;
    }

    void learn(int value) {
      seen = Math.min(seen + 1, MEMORY);
      magnitude += (Math.abs((float) value) - magnitude) / (seen + 1);
    }
  }

  private AdaptiveIntegers() {}

  private Kind kind(int kind) {
    return kinds.computeIfAbsent(kind, k -> new Kind());
  }

  /** Writes integers. */
  public static final class Writer {
    private final AdaptiveIntegers integers = new AdaptiveIntegers();
    private final RangeEncoder encoder = new RangeEncoder();

    /** Writes an integer. */
    public void write(int kind, int value) {
      Kind known = integers.kind(kind);
      integers.models.encode(encoder, known.context(), 0, 0, value);
      known.learn(value);
    }

    /** Writes 32 bits that nothing is known of. */
    public void writeBits(int bits) {
      encoder.encodeDirect(bits >>> 16, 16);
      encoder.encodeDirect(bits, 16);
    }

    /** The bytes. */
    public byte[] finish() {
      return encoder.finish();
    }
  }

  /** Inverse of {@link Writer}. */
  public static final class Reader {
    private final AdaptiveIntegers integers = new AdaptiveIntegers();
    private final RangeDecoder decoder;

    /** Reads what {@link Writer#finish} gave. */
    public Reader(byte[] bytes) {
      decoder = new RangeDecoder(bytes);
    }

    /** Reads an integer; of damaged bytes any one. */
    public int read(int kind) {
      Kind known = integers.kind(kind);
      int value = integers.models.decode(decoder, known.context(), 0, 0);
      known.learn(value);
      return value;
    }

    /** Inverse of {@link Writer#writeBits}. */
    public int readBits() {
      int high = decoder.decodeDirect(16);
      return high << 16 | decoder.decodeDirect(16);
    }
  }
}
