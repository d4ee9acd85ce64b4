package org.zoopress.method;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;

/**
 * Factors that payloads of several tensors and models refer to: stored once, never changed, named
 * by their content.
 *
 * <pre>
 *   byte   format version (1)
 *   byte   code of the {@link Kind}
 *   rest   body, as the method that made it writes and reads it </pre>
 *
 * @param body the method's bytes; not copied: nobody writes to them
 */
public record SharedObject(Kind kind, byte[] body) implements Serializable {
  private static final int FORMAT_VERSION = 1;

  /** What it is; the code is stored, never renumber. */
  public enum Kind {
    /** Codebooks of additive quantization. */
    CODEBOOKS(1),
    /** Orthogonal transform of the positions of a convolution's kernel. */
    KERNEL_TRANSFORM(2);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /** As tables name it: {@code codebooks}, {@code kernel-transform}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** The bytes that are stored. */
  public byte[] content() {
    ByteWriter out = new ByteWriter();
    out.writeByte(FORMAT_VERSION);
    out.writeByte(kind.code);
    out.writeBytes(body);
    return out.toByteArray();
  }

  /**
   * Inverse of {@link #content}.
   *
   * @throws CorruptDataException if these are not such bytes
   */
  public static SharedObject of(byte[] content) {
    ByteReader in = new ByteReader(content);
    int version = in.readByte();
    if (version != FORMAT_VERSION) {
      throw new CorruptDataException(
          "shared object of format version %d, this software reads %d"
              .formatted(version, FORMAT_VERSION));
    }
    int code = in.readByte();
    for (Kind kind : Kind.values()) {
      if (kind.code == code) {
        return new SharedObject(kind, Arrays.copyOfRange(content, 2, content.length));
      }
    }
    throw new CorruptDataException("unknown kind of shared object " + code);
  }

  /** Hash of the content. */
  public SharedId id() {
    return SharedId.of(content());
  }
}
