package org.zoopress.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.archive.ModelBlob.PartPointer;
import org.zoopress.coding.CorruptDataException;

/** What a pack holds of a model. */
class ModelBlobTest {
  private static ModelBlob random(long seed, String own) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] skeleton = new byte[random.nextInt(400)];
    random.nextBytes(skeleton);
    List<String> runs = List.of(own, "night-1", "nächte", "night-1.b");
    List<List<PartPointer>> tensors = new ArrayList<>();
    for (int t = random.nextInt(20); t > 0; t--) {
      List<PartPointer> parts = new ArrayList<>();
      for (int p = random.nextInt(4); p > 0; p--) {
        parts.add(
            new PartPointer(
                new PayloadPointer(
                    runs.get(random.nextInt(runs.size())),
                    random.nextInt(1000),
                    random.nextInt(Integer.MAX_VALUE),
                    random.nextInt(Integer.MAX_VALUE)),
                random.nextInt(64)));
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
    byte[] prefix = ModelBlob.prefix(blob.skeleton().length, blob.tensors());
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
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThatThrownBy(() -> ModelBlob.decode(longer, 0, longer.length, "x"))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("1 bytes left over");
  }

  @Test
  void anotherVersionIsToldApart() {
    byte[] bytes = random(24, "x").encode("x");
    bytes[0] = 3;
    assertThatThrownBy(() -> ModelBlob.decode(bytes, 0, bytes.length, "x"))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("model blob format version 3, this software reads 1 and 2");
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

  @Test
  void basesComeBackAndOnlyThenTheVersionRises() {
    PayloadPointer here = new PayloadPointer("x", 1, 200, 30);
    PayloadPointer earlier = new PayloadPointer("earlier", 0, 7, 4000);
    List<List<PartPointer>> tensors =
        List.of(
            List.of(new PartPointer(here, 3)),
            List.of(
                new PartPointer(here, 0, new ModelBlob.MemberPointer(earlier, 5)),
                new PartPointer(earlier, 2)));
    byte[] bytes = new ModelBlob(new byte[] {1, 2}, tensors).encode("x");
    assertThat(bytes[0]).isEqualTo((byte) 2);
    assertThat(ModelBlob.decode(bytes, 0, bytes.length, "x").tensors()).isEqualTo(tensors);
    byte[] plain = new ModelBlob(new byte[0], tensors.subList(0, 1)).encode("x");
    assertThat(plain[0]).isEqualTo((byte) 1);
    for (int length = 0; length < bytes.length; length++) {
      int cut = length;
      assertThatThrownBy(() -> ModelBlob.decode(bytes, 0, cut, "x"))
          .isInstanceOf(CorruptDataException.class);
    }
  }
}
