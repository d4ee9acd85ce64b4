package org.zoopress.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.archive.ModelBlob.PartPointer;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;

/** What a pack holds of a model. */
class ModelBlobTest {
  private static ModelBlob random(long seed, String own) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] skeleton = new byte[random.nextInt(400)];
    random.nextBytes(skeleton);
    List<String> runs = List.of(own, "night-1", "nächte", "night-1.b");
    List<List<PartPointer>> tensors = new ArrayList<>();
    PartPointer last = new PartPointer(new PayloadPointer(own, 0, 0, 9), 0);
    for (int t = random.nextInt(40); t > 0; t--) {
      List<PartPointer> parts = new ArrayList<>();
      for (int p = random.nextInt(4); p > 0; p--) {
        PayloadPointer before = last.payload();
        last =
            switch (random.nextInt(4)) {
              case 0 -> new PartPointer(before, last.member() + 1);
              case 1 ->
                  new PartPointer(
                      new PayloadPointer(
                          before.runId(),
                          before.pack(),
                          (int) Math.min(0L + before.offset() + before.length(), 1 << 30),
                          random.nextInt(300)),
                      0);
              case 2 ->
                  new PartPointer(
                      before, random.nextInt(64), new ModelBlob.MemberPointer(before, p));
              default ->
                  new PartPointer(
                      new PayloadPointer(
                          runs.get(random.nextInt(runs.size())),
                          random.nextInt(1000),
                          random.nextInt(Integer.MAX_VALUE),
                          random.nextInt(Integer.MAX_VALUE)),
                      random.nextInt(64));
            };
        parts.add(last);
      }
      tensors.add(parts);
    }
    return new ModelBlob(skeleton, tensors);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void pointersAndSkeletonComeBack(long seed) {
    ModelBlob blob = random(seed, "tonight");
    byte[] bytes = blob.encode("tonight");
    byte[] among = new byte[bytes.length + 7];
    System.arraycopy(bytes, 0, among, 3, bytes.length);
    ModelBlob read = ModelBlob.decode(among, 3, bytes.length, "tonight");
    assertThat(read.skeleton()).isEqualTo(blob.skeleton());
    assertThat(read.tensors()).isEqualTo(blob.tensors());
    assertThat(read.encode("tonight")).isEqualTo(bytes);
  }

  @Test
  void bytesDoNotDependOnWhatTheRunIsCalled() {
    byte[] one = random(21, "a").encode("a");
    byte[] other = random(21, "a-much-longer-name").encode("a-much-longer-name");
    assertThat(one).isEqualTo(other);
    // Read under another name the own payloads are that run's.
    assertThat(ModelBlob.decode(one, 0, one.length, "renamed").tensors())
        .isEqualTo(random(21, "renamed").tensors());
  }

  @Test
  void prefixAndSuffixEncloseTheSkeleton() {
    ModelBlob blob = random(22, "x");
    byte[] prefix = ModelBlob.prefix(blob.skeleton().length);
    byte[] suffix = ModelBlob.suffix("x", blob.tensors());
    byte[] whole = blob.encode("x");
    assertThat(Arrays.copyOf(whole, prefix.length)).isEqualTo(prefix);
    assertThat(Arrays.copyOfRange(whole, whole.length - suffix.length, whole.length))
        .isEqualTo(suffix);
    assertThat(whole).hasSize(prefix.length + blob.skeleton().length + suffix.length);
  }

  @Test
  void everyTruncationIsNoticed() {
    byte[] bytes = random(23, "x").encode("x");
    for (int length = 0; length < bytes.length; length++) {
      int cut = length;
      assertThatThrownBy(() -> ModelBlob.decode(bytes, 0, cut, "x"))
          .as("first %s of %s bytes", length, bytes.length)
          .isInstanceOf(CorruptDataException.class);
    }
    // A zero behind the end is one more tensor, an empty one; anything else is noticed.
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    longer[bytes.length] = 1;
    assertThatThrownBy(() -> ModelBlob.decode(longer, 0, longer.length, "x"))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("number of parts is 1, at most 0 is possible");
  }

  @Test
  void anotherVersionIsToldApart() {
    byte[] bytes = random(24, "x").encode("x");
    bytes[0] = 4;
    assertThatThrownBy(() -> ModelBlob.decode(bytes, 0, bytes.length, "x"))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("model blob format version 4, this software reads 1 to 3");
  }

  @Test
  void flippedBitsGiveOtherPointersOrAreNoticed() {
    SplittableRandom random = new SplittableRandom(25);
    for (long seed = 0; seed < 10; seed++) {
      byte[] good = random(seed, "x").encode("x");
      for (int trial = 0; trial < 300; trial++) {
        byte[] bad = good.clone();
        for (int hit = random.nextInt(1, 4); hit > 0; hit--) {
          bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
        }
        try {
          ModelBlob.decode(bad, 0, bad.length, "x");
        } catch (CorruptDataException expected) {
          assertThat(expected).hasMessageMatching("(?s).+");
        }
      }
    }
  }

  private static final PayloadPointer HERE = new PayloadPointer("x", 1, 200, 30);
  private static final PayloadPointer EARLIER = new PayloadPointer("earlier", 0, 7, 4000);

  @Test
  void basesComeBack() {
    List<List<PartPointer>> tensors =
        List.of(
            List.of(new PartPointer(HERE, 3)),
            List.of(
                new PartPointer(HERE, 0, new ModelBlob.MemberPointer(EARLIER, 5)),
                new PartPointer(EARLIER, 2)));
    byte[] bytes = new ModelBlob(new byte[] {1, 2}, tensors).encode("x");
    assertThat(ModelBlob.decode(bytes, 0, bytes.length, "x").tensors()).isEqualTo(tensors);
    for (int length = 0; length < bytes.length; length++) {
      int cut = length;
      assertThatThrownBy(() -> ModelBlob.decode(bytes, 0, cut, "x"))
          .isInstanceOf(CorruptDataException.class);
    }
  }

  @Test
  void earlierVersionsAreRead() {
    ByteWriter one = new ByteWriter();
    one.writeBytes(new byte[] {1, 2, 8, 9}); // version, skeleton
    one.writeBytes(new byte[] {1, 7});
    one.writeBytes("earlier".getBytes(StandardCharsets.UTF_8));
    one.writeBytes(new byte[] {2, 1, 0, 1, (byte) 200, 1, 30, 3, 1, 1, 0, 7, (byte) 160, 31, 2});
    byte[] bytes = one.toByteArray();
    ModelBlob read = ModelBlob.decode(bytes, 0, bytes.length, "x");
    assertThat(read.skeleton()).containsExactly(8, 9);
    assertThat(read.tensors())
        .isEqualTo(
            List.of(List.of(new PartPointer(HERE, 3)), List.of(new PartPointer(EARLIER, 2))));
    ByteWriter two = new ByteWriter();
    two.writeBytes(new byte[] {2, 0, 1, 7});
    two.writeBytes("earlier".getBytes(StandardCharsets.UTF_8));
    two.writeBytes(new byte[] {1, 1, 0, 1, (byte) 200, 1, 30, 7, 1, 0, 7, (byte) 160, 31, 2});
    bytes = two.toByteArray();
    assertThat(ModelBlob.decode(bytes, 0, bytes.length, "x").tensors())
        .isEqualTo(
            List.of(List.of(new PartPointer(HERE, 3, new ModelBlob.MemberPointer(EARLIER, 2)))));
  }

  /** A network of 200 tensors in one payload, and with a payload for each. */
  @Test
  void pointersTakeFewBytes() {
    List<List<PartPointer>> one = new ArrayList<>();
    List<List<PartPointer>> each = new ArrayList<>();
    int offset = 0;
    for (int t = 0; t < 200; t++) {
      one.add(List.of(new PartPointer(new PayloadPointer("x", 0, 0, 33_000), t)));
      each.add(List.of(new PartPointer(new PayloadPointer("x", 0, offset, 500 + t), 0)));
      offset += 500 + t;
    }
    assertThat(ModelBlob.suffix("x", one)).hasSize(12);
    assertThat(ModelBlob.suffix("x", each)).hasSize(6 + 200 * 3);
    byte[] bytes = new ModelBlob(new byte[0], one).encode("x");
    assertThat(ModelBlob.decode(bytes, 0, bytes.length, "x").tensors()).isEqualTo(one);
  }

  @Test
  void fewBytesCannotClaimManyParts() {
    byte[] all = {3, 0, 0, -1, -1, -1, -1, 7, -2, -1, -1, -1, 7};
    assertThatThrownBy(() -> ModelBlob.decode(all, 0, all.length, "x"))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("number of parts is 2147483647, at most 4194304 is possible");
    byte[] many = {3, 0, 0, 5, -2, -1, -1, -1, 7};
    assertThatThrownBy(() -> ModelBlob.decode(many, 0, many.length, "x"))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("1073741823 members after member 0, 5 parts are left");
    byte[] tensors = {3, 0, 0, 0, 1};
    assertThatThrownBy(() -> ModelBlob.decode(tensors, 0, tensors.length, "x"))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("number of parts is 1, at most 0 is possible");
    byte[] left = {3, 0, 0, 1, 2 * 15 + 1, 0};
    assertThatThrownBy(() -> ModelBlob.decode(left, 0, left.length, "x"))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("1 parts belong to no tensor");
    byte[] flags = {3, 0, 0, 1, 2 * 32 + 1};
    assertThatThrownBy(() -> ModelBlob.decode(flags, 0, flags.length, "x"))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("flags 32 of a part");
  }
}
