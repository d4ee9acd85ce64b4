package org.zoopress.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BitPackingTest {
  @Test
  void codesOfEveryWidthComeBack() {
    SplittableRandom random = new SplittableRandom(1);
    for (int width = 0; width <= BitPacking.WIDEST; width++) {
      for (int count : new int[] {0, 1, 7, 8, 1001}) {
        int[] codes = new int[count];
        for (int i = 0; i < count; i++) {
          codes[i] = (int) (random.nextLong() & ((1L << width) - 1));
        }
        ByteWriter out = new ByteWriter();
        BitPacking.write(out, codes, width);
        assertThat((long) out.size()).isEqualTo(BitPacking.packedBytes(count, width));
        ByteReader in = new ByteReader(out.toByteArray());
        assertThat(BitPacking.read(in, count, width)).isEqualTo(codes);
        in.expectEnd();
      }
    }
  }

  @Test
  void lowBitsComeFirst() {
    ByteWriter out = new ByteWriter();
    BitPacking.write(out, new int[] {1, 2, 15}, 4);
    assertThat(out.toByteArray()).containsExactly(0x21, 0x0F);
  }

  @Test
  void badCodesWidthsAndLengthsAreRefused() {
    assertThatThrownBy(() -> BitPacking.write(new ByteWriter(), new int[] {16}, 4))
        .hasMessage("code 16 has more than 4 bits");
    assertThatThrownBy(() -> BitPacking.write(new ByteWriter(), new int[] {-1}, 31))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> BitPacking.read(new ByteReader(new byte[9]), 1, 32))
        .hasMessage("codes of 32 bits");
    assertThatThrownBy(() -> BitPacking.read(new ByteReader(new byte[9]), Integer.MAX_VALUE, 31))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("2147483647 codes of 31 bits in 9 bytes");
  }
}
