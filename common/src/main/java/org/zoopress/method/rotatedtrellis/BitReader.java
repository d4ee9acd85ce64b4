package org.zoopress.method.rotatedtrellis;

/** Reads what {@link BitWriter} wrote; zeros follow after the end. */
final class BitReader {
  private final byte[] bytes;
  private int next;
  private long pending;
  private int have;

  BitReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @param width bits of the value, 0 to 16
   */
  int read(int width) {
    if (have < width) {
      while (have <= Long.SIZE - 2 * Byte.SIZE) {
        pending = pending << Byte.SIZE | (next < bytes.length ? bytes[next] & 0xFF : 0);
        next++;
        have += Byte.SIZE;
      }
    }
    have -= width;
    return (int) (pending >>> have) & ((1 << width) - 1);
  }
}
