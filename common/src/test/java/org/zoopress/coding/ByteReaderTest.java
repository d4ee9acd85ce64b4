package org.zoopress.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ByteReaderTest {
  @Test
  void primitivesComeBack() {
    long[] varints = {0, 1, 127, 128, 1L << 40, Long.MAX_VALUE};
    long[] signed = {0, -1, 1, -64, 64, 1L << 40, -(1L << 40)};
    ByteWriter out = new ByteWriter();
    for (long v : varints) {
      out.writeVarint(v);
    }
    for (long v : signed) {
      out.writeSignedVarint(v);
    }
    out.writeShort(65535);
    out.writeInt(-2);
    out.writeFloat(-0f);
    out.writeBlob(new byte[] {1, 2, 3});
    ByteReader in = new ByteReader(out.toByteArray());
    for (long v : varints) {
      assertThat(in.readVarint()).isEqualTo(v);
    }
    for (long v : signed) {
      assertThat(in.readSignedVarint()).isEqualTo(v);
    }
    assertThat(in.readShort()).isEqualTo(65535);
    assertThat(in.readInt()).isEqualTo(-2);
    assertThat(in.readFloat()).isEqualTo(-0f);
    assertThat(in.readBlob()).containsExactly(1, 2, 3);
    in.expectEnd();
  }

  @Test
  void smallNumbersAreShort() {
    ByteWriter out = new ByteWriter();
    out.writeVarint(127);
    out.writeSignedVarint(-64);
    assertThat(out.size()).isEqualTo(2);
  }

  @Test
  void everyReadIsCheckedBeforeAllocation() {
    ByteReader in = new ByteReader(new byte[] {(byte) 0xFF, (byte) 0xFF, 0x7F});
    assertThatThrownBy(in::readBlob)
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("length of a blob is 2097151, at most 3 is possible");
    assertThatThrownBy(() -> new ByteReader(new byte[2]).readInt())
        .hasMessage("needs 1 bytes, 0 are left");
    assertThatThrownBy(() -> new ByteReader(new byte[2]).readBytes(-1))
        .isInstanceOf(CorruptDataException.class);
    assertThatThrownBy(() -> new ByteReader(new byte[2], 1, 2))
        .hasMessage("range 1+2 outside of 2 bytes");
    byte[] endless = new byte[12];
    java.util.Arrays.fill(endless, (byte) 0xFF);
    assertThatThrownBy(() -> new ByteReader(endless).readVarint())
        .hasMessage("varint longer than 63 bits");
    assertThatThrownBy(() -> new ByteReader(new byte[2]).expectEnd())
        .hasMessage("2 bytes left over");
  }
}
