package org.zoopress.method;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;

/**
 * Names a shared object by what is in it: the first eight bytes of the SHA-256 of its content, as a
 * payload refers to it. Files carry the whole hash.
 */
public record SharedId(long value) implements Serializable, Comparable<SharedId> {
  /** The id of a content. */
  public static SharedId of(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return new SharedId(ByteBuffer.wrap(digest).getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Inverse of {@link #toString}; throws {@link IllegalArgumentException} for anything else. */
  public static SharedId ofHex(String hex) {
    return new SharedId(HexFormat.fromHexDigitsToLong(hex));
  }

  /** Reads what {@link #write} wrote. */
  public static SharedId read(ByteReader in) {
    long high = Integer.toUnsignedLong(in.readInt());
    return new SharedId(high << Integer.SIZE | Integer.toUnsignedLong(in.readInt()));
  }

  /** Eight bytes. */
  public void write(ByteWriter out) {
    out.writeInt((int) (value >>> Integer.SIZE));
    out.writeInt((int) value);
  }

  @Override
  public int compareTo(SharedId other) {
    return Long.compareUnsigned(value, other.value);
  }

  /** Sixteen hexadecimal digits: those that the object's file name begins with. */
  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(value);
  }
}
