package org.zoopress.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.SharedObject.Kind;

/** Named by content, decoded once, never taken for another kind. */
class SharedFactorsTest {
  private static final SharedObject BOOK = new SharedObject(Kind.CODEBOOKS, new byte[] {7});

  @Test
  void contentAndIdComeBack() {
    SharedObject back = SharedObject.of(BOOK.content());
    assertThat(back.kind()).isEqualTo(Kind.CODEBOOKS);
    assertThat(back.body()).containsExactly(7);
    assertThat(back.id()).isEqualTo(BOOK.id());
    assertThat(SharedId.ofHex(BOOK.id().toString())).isEqualTo(BOOK.id());
    ByteWriter out = new ByteWriter();
    BOOK.id().write(out);
    assertThat(SharedId.read(new ByteReader(out.toByteArray()))).isEqualTo(BOOK.id());
    assertThat(new SharedObject(Kind.KERNEL_TRANSFORM, new byte[] {7}).id())
        .isNotEqualTo(BOOK.id());
  }

  @Test
  void decodesOnce() {
    SharedFactors factors = SharedFactors.of(List.of(BOOK));
    int[] calls = {0};
    for (int i = 0; i < 3; i++) {
      assertThat(
              factors.get(
                  BOOK.id(),
                  Kind.CODEBOOKS,
                  Integer.class,
                  in -> {
                    calls[0]++;
                    return in.readByte();
                  }))
          .isEqualTo(7);
    }
    assertThat(calls[0]).isEqualTo(1);
  }

  @Test
  void whatIsMissingOrOtherIsSaid() {
    SharedFactors factors = SharedFactors.of(List.of(BOOK));
    SharedId other = new SharedId(0xABCL);
    assertThatThrownBy(
            () -> factors.get(other, Kind.CODEBOOKS, Integer.class, ByteReader::readByte))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("there is no shared object 0000000000000abc");
    assertThatThrownBy(
            () ->
                factors.get(BOOK.id(), Kind.KERNEL_TRANSFORM, Integer.class, ByteReader::readByte))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("shared object %s is CODEBOOKS, not KERNEL_TRANSFORM".formatted(BOOK.id()));
    assertThatThrownBy(() -> factors.get(BOOK.id(), Kind.CODEBOOKS, Integer.class, in -> 1))
        .isInstanceOf(CorruptDataException.class);
    assertThatThrownBy(() -> SharedObject.of(new byte[] {9, 1}))
        .hasMessage("shared object of format version 9, this software reads 1");
    assertThatThrownBy(() -> SharedObject.of(new byte[] {1, 99}))
        .hasMessage("unknown kind of shared object 99");
  }
}
