package org.zoopress.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.coding.AdaptiveIntegers;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.payload.Payload.Member;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/** Both forms of the members of a payload. */
class MemberListTest {
  private static void assertComesBack(List<Member> members) {
    ByteReader plain = new ByteReader(MemberList.plain(members));
    assertThat(MemberList.readPlain(plain)).isEqualTo(members);
    plain.expectEnd();
    if (MemberList.isCompactable(members)) {
      ByteReader compact = new ByteReader(MemberList.compact(members));
      assertThat(MemberList.readCompact(compact)).isEqualTo(members);
      compact.expectEnd();
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyMembersComeBack(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Member> members = new ArrayList<>();
    for (int i = random.nextInt(1, 60); i > 0; i--) {
      long[] dims = new long[random.nextInt(6)];
      for (int k = 0; k < dims.length; k++) {
        dims[k] = random.nextInt(1 << random.nextInt(6));
      }
      members.add(new Member(DType.ofCode(random.nextInt(16)), Shape.of(dims)));
    }
    assertComesBack(members);
    assertComesBack(List.of(new Member(DType.U8, Shape.of(Integer.MAX_VALUE, 0))));
    assertComesBack(List.of(new Member(DType.U8, Shape.of(1L << 40, 0))));
  }

  /** ResNet-20 for CIFAR-10, five tensors a convolution. */
  @Test
  void aNetworkTakesFewBytes() {
    List<Member> members = new ArrayList<>();
    int inputs = 3;
    for (int layer = 0; layer < 19; layer++) {
      int outputs = 16 << Math.max(0, (layer - 1) / 6);
      members.add(new Member(DType.F32, Shape.of(outputs, inputs, 3, 3)));
      for (int k = 0; k < 4; k++) {
        members.add(new Member(DType.F32, Shape.of(outputs)));
      }
      inputs = outputs;
    }
    members.add(new Member(DType.F32, Shape.of(10, 64)));
    members.add(new Member(DType.F32, Shape.of(10)));
    assertThat(MemberList.plain(members).length).isGreaterThan(300);
    assertThat(MemberList.compact(members).length).isLessThan(72);
    assertComesBack(members);
  }

  @Test
  void craftedCompactListsAreRefused() {
    assertCrafted("member 6 of 0 distinct ones", out -> out.write(0, 7));
    assertCrafted(
        "unknown dtype code 91",
        out -> {
          out.write(0, 1);
          out.write(1, 90);
        });
    assertCrafted(
        "rank is 33, at most 32 is possible",
        out -> {
          out.write(0, 1);
          out.write(1, 0);
          out.write(2, 33);
        });
    assertCrafted(
        "mode size -4",
        out -> {
          out.write(0, 1);
          out.write(1, 0);
          out.write(2, 1);
          out.write(3, -4);
        });
    assertCrafted(
        "partition of 1073741824x1073741824 does not fit an array",
        out -> {
          out.write(0, 1);
          out.write(1, 0);
          out.write(2, 2);
          out.write(3, 1 << 30);
          out.write(4, 1 << 30);
        });
    ByteReader none = new ByteReader(new byte[] {0, 0});
    assertThatThrownBy(() -> MemberList.readCompact(none)).hasMessage("payload without members");
  }

  private static void assertCrafted(String message, Consumer<AdaptiveIntegers.Writer> write) {
    AdaptiveIntegers.Writer integers = new AdaptiveIntegers.Writer();
    write.accept(integers);
    ByteWriter out = new ByteWriter();
    out.writeVarint(1);
    out.writeBlob(integers.finish());
    assertThatThrownBy(() -> MemberList.readCompact(new ByteReader(out.toByteArray())))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage(message);
  }
}
