package org.zoopress.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zoopress.allocate.Candidate;
import org.zoopress.allocate.UnitSolver;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.config.Settings;
import org.zoopress.config.SettingsSource;
import org.zoopress.method.Factors;
import org.zoopress.method.MethodId;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.dictionarypair.DictionaryPair;
import org.zoopress.method.dictionarypair.DictionaryPairParams;
import org.zoopress.method.integer.IntegerMethod;
import org.zoopress.method.integer.IntegerParams;
import org.zoopress.method.lossless.LosslessMethod;
import org.zoopress.method.lossless.LosslessParams;
import org.zoopress.method.scalar.ScalarMethod;
import org.zoopress.method.scalar.ScalarParams;
import org.zoopress.method.secondorder.ConstantMember;
import org.zoopress.method.secondorder.ExactMember;
import org.zoopress.method.secondorder.LayerProblem;
import org.zoopress.method.secondorder.LayerQuantizer;
import org.zoopress.method.secondorder.LayerSettings;
import org.zoopress.method.secondorder.NetworkFactors;
import org.zoopress.method.secondorder.SideParameters;
import org.zoopress.method.secondorder.StoredMember;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** The stored container, for every method that this version has. */
class PayloadTest {
  /** A payload with the values that it was made of. */
  record Sample(String name, Payload payload) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static WeightPartition weights(DType dtype, long seed, long... dims) {
    Shape shape = Shape.of(dims);
    SplittableRandom random = new SplittableRandom(seed);
    byte[] data = new byte[Math.toIntExact(shape.elements() * dtype.bytes())];
    if (dtype.compressible()) {
      float[] values = new float[Math.toIntExact(shape.elements())];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (0.05 * random.nextGaussian());
      }
      data = dtype.fromFloats(values);
    } else {
      random.nextBytes(data);
    }
    return new WeightPartition("key-" + seed, 0, dtype, shape, data);
  }

  private static Payload.Member member(WeightPartition weights) {
    return new Payload.Member(weights.dtype(), weights.shape());
  }

  private static List<? extends Factors> solve(MethodId method, WeightPartition weights) {
    return switch (method) {
      case LOSSLESS -> new LosslessMethod().solve(weights, LosslessParams.DEFAULT, 1);
      case SCALAR -> new ScalarMethod().solve(weights, ScalarParams.DEFAULT, 1);
      case INT8, INT4 -> new IntegerMethod(method).solve(weights, IntegerParams.DEFAULT, 1);
      case DICTIONARY_PAIR -> new DictionaryPair().solve(weights, DictionaryPairParams.DEFAULT, 1);
      default -> throw new IllegalArgumentException("no such method in this version: " + method);
    };
  }

  private static List<MethodId> methods() {
    return List.of(
        MethodId.LOSSLESS, MethodId.SCALAR, MethodId.INT8, MethodId.INT4, MethodId.DICTIONARY_PAIR);
  }

  static List<Sample> samples() {
    List<Sample> samples = new ArrayList<>();
    for (MethodId method : methods()) {
      for (DType dtype : List.of(DType.F32, DType.F16)) {
        WeightPartition weights = weights(dtype, 3, 16, 8, 3, 3);
        for (Factors factors : solve(method, weights)) {
          samples.add(
              new Sample(
                  "%s %s %s".formatted(method.label(), factors.operatingPoint(), dtype),
                  new Payload(List.of(member(weights)), List.of(factors))));
        }
      }
    }
    for (MethodId method : MethodId.values()) {
      if (!methods().contains(method) && method != MethodId.SECOND_ORDER) {
        samples.addAll(solvedByDefault(method));
      }
    }
    samples.add(mixed());
    samples.add(shared());
    samples.add(network());
    return samples;
  }

  /** A method without a case of its own above, at the operating points of its settings. */
  private static List<Sample> solvedByDefault(MethodId method) {
    Settings settings =
        Settings.of(SettingsSource.ofAssignments(List.of("methods=" + method.label())));
    WeightPartition weights = weights(DType.F32, 3, 32, 16, 3, 3);
    List<Sample> samples = new ArrayList<>();
    for (Candidate candidate :
        new UnitSolver(settings).solve(List.of(weights), false, "a sample")) {
      if (candidate.method().equals(method.label()) && candidate.payload().length > 0) {
        samples.add(
            new Sample(
                method.label() + " " + candidate.operatingPoint(),
                Payload.decode(
                    candidate.payload(), 0, candidate.payload().length, SharedFactors.none())));
      }
    }
    assertThat(samples).as(method.label()).isNotEmpty();
    return samples;
  }

  /** Members of different dtypes and ranks, each by a method of its own. */
  private static Sample mixed() {
    List<WeightPartition> members =
        List.of(
            weights(DType.BF16, 4, 12, 40),
            weights(DType.I64, 5),
            weights(DType.F32, 6, 64),
            weights(DType.U8, 7, 3, 0, 2),
            weights(DType.F64, 8, 4, 3, 2, 2, 2));
    List<MethodId> methods =
        List.of(
            MethodId.SCALAR, MethodId.LOSSLESS, MethodId.INT8, MethodId.LOSSLESS, MethodId.INT4);
    List<Factors> bodies = new ArrayList<>();
    for (int m = 0; m < members.size(); m++) {
      bodies.add(solve(methods.get(m), members.get(m)).get(0));
    }
    return new Sample(
        "five members", new Payload(members.stream().map(PayloadTest::member).toList(), bodies));
  }

  /** Three layers that share a dictionary, and one beside them. */
  private static Sample shared() {
    List<WeightPartition> layers =
        List.of(
            weights(DType.F32, 9, 8, 6, 3, 3),
            weights(DType.F32, 10, 20, 6, 3, 3),
            weights(DType.F32, 11, 4, 6, 3, 3));
    Factors dictionary =
        new DictionaryPair()
            .solveShared(layers, DictionaryPairParams.DEFAULT.withSharedLayers(3), 1)
            .get(0);
    WeightPartition other = weights(DType.F32, 12, 10, 10);
    List<Payload.Member> members =
        new ArrayList<>(layers.stream().map(PayloadTest::member).toList());
    members.add(member(other));
    return new Sample(
        "shared dictionary",
        new Payload(members, List.of(dictionary, solve(MethodId.SCALAR, other).get(0))));
  }

  /** All tensors of a network, whose members are listed in the compact form. */
  private static Sample network() {
    List<StoredMember> stored = new ArrayList<>();
    List<Payload.Member> members = new ArrayList<>();
    for (int layer = 0; layer < 3; layer++) {
      WeightPartition weight = weights(DType.F32, layer, 8, 4, 3, 3);
      LayerProblem problem = LayerProblem.ofWeights(weight.shape(), weight.values());
      stored.add(LayerQuantizer.quantize(problem, LayerSettings.ofStep(0.05)));
      stored.add(SideParameters.of(weights(DType.F32, 20 + layer, 8).values(), 8));
      stored.add(ConstantMember.of(layer, Shape.of(8)));
      members.add(member(weight));
      members.add(new Payload.Member(DType.F32, Shape.of(8)));
      members.add(new Payload.Member(DType.F32, Shape.of(8)));
    }
    stored.add(ExactMember.of(new byte[] {1, 2, 3}, DType.U8, Shape.of(3)));
    members.add(new Payload.Member(DType.U8, Shape.of(3)));
    List<Shape> shapes = members.stream().map(Payload.Member::shape).toList();
    return new Sample(
        "network", new Payload(members, List.of(NetworkFactors.of(stored, shapes, "network"))));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void membersComeBackAsTheFactorsGiveThem(Sample sample) {
    byte[] bytes = sample.payload().encode();
    byte[] among = new byte[bytes.length + 9];
    System.arraycopy(bytes, 0, among, 5, bytes.length);
    Payload read = Payload.decode(among, 5, bytes.length, SharedFactors.none());
    assertThat(read.members()).isEqualTo(sample.payload().members());
    for (int m = 0; m < read.members().size(); m++) {
      assertThat(read.restore(m)).as("member %s", m).isEqualTo(sample.payload().restore(m));
    }
    assertThat(read.encode()).as("written again").isEqualTo(bytes);
    assertThatThrownBy(() -> read.restore(read.members().size()))
        .isInstanceOf(CorruptDataException.class);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyTruncationIsCorruptData(Sample sample) {
    byte[] bytes = sample.payload().encode();
    for (int length = 0; length < bytes.length; length++) {
      assertCorrupt(Arrays.copyOf(bytes, length), "first %d bytes".formatted(length));
    }
    assertCorrupt(Arrays.copyOf(bytes, bytes.length + 1), "one byte more");
  }

  @ParameterizedTest
  @MethodSource("samples")
  void flippedBitsAreCorruptData(Sample sample) {
    byte[] good = sample.payload().encode();
    SplittableRandom random = new SplittableRandom(31);
    for (int trial = 0; trial < 500; trial++) {
      byte[] bad = good.clone();
      int at = random.nextInt(bad.length);
      bad[at] ^= (byte) (1 << random.nextInt(8));
      assertCorrupt(bad, "byte " + at);
    }
  }

  private static void assertCorrupt(byte[] bytes, String what) {
    assertThatThrownBy(() -> Payload.decode(bytes, 0, bytes.length, SharedFactors.none()))
        .as(what)
        .isInstanceOf(CorruptDataException.class);
  }

  /** Whoever makes a payload to harm gets its CRC right. */
  @ParameterizedTest
  @MethodSource("samples")
  void hostileBytesWithAValidCrcAreCorruptDataOrGiveValuesAndCostLittleMemory(Sample sample) {
    byte[] good = sample.payload().encode();
    SplittableRandom random = new SplittableRandom(32);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    for (int trial = 0; trial < 400; trial++) {
      byte[] bad = good.clone();
      // The headers are short and do the most harm: half of the hits go there.
      int reach = random.nextBoolean() ? Math.min(24, bad.length - 4) : bad.length - 4;
      for (int hit = random.nextInt(1, 4); hit > 0; hit--) {
        bad[random.nextInt(1, reach)] ^= (byte) (1 << random.nextInt(8));
      }
      sealed(bad);
      long before = threads.getThreadAllocatedBytes(thread);
      try {
        Payload read = Payload.decode(bad, 0, bad.length, SharedFactors.none());
        for (int m = 0; m < read.members().size(); m++) {
          if (read.members().get(m).shape().elements() < 100_000) {
            assertThat(read.restore(m)).isNotNull();
          }
        }
      } catch (CorruptDataException expected) {
        assertThat(expected).hasMessageMatching("(?s).+");
      }
      assertThat(threads.getThreadAllocatedBytes(thread) - before)
          .as("bytes allocated in trial %s", trial)
          .isLessThan(64L << 20);
    }
  }

  private static byte[] sealed(byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload, 0, payload.length - 4);
    for (int k = 0; k < 4; k++) {
      payload[payload.length - 4 + k] = (byte) (crc.getValue() >>> (8 * k));
    }
    return payload;
  }

  /** Version 1, then what {@code head} writes, then a valid CRC. */
  private static byte[] crafted(java.util.function.Consumer<ByteWriter> head) {
    ByteWriter out = new ByteWriter();
    out.writeByte(1);
    head.accept(out);
    out.writeInt(0);
    return sealed(out.toByteArray());
  }

  @Test
  void craftedHeadersAreRefusedBeforeAnythingIsAllocated() {
    assertCrafted(out -> out.writeVarint(0), "payload without members");
    assertCrafted(
        out -> out.writeVarint(1L << 40),
        "number of members is 1099511627776, at most 4096 is possible");
    assertCrafted(
        out -> {
          out.writeVarint(1);
          out.writeByte(99);
        },
        "unknown dtype code 99");
    assertCrafted(
        out -> {
          out.writeVarint(1);
          out.writeByte(DType.F32.code());
          out.writeVarint(33);
        },
        "rank is 33, at most 32 is possible");
    assertCrafted(out -> member(out, DType.F32, 1L << 40, 1L << 40), "mode sizes overflow");
    assertCrafted(
        out -> member(out, DType.F64, 1L << 20, 1L << 20),
        "partition of 1048576x1048576 does not fit an array");
    assertCrafted(
        out -> {
          member(out, DType.F32, 4);
          out.writeByte(77);
        },
        "unknown method code 77");
    assertCrafted(
        out -> {
          member(out, DType.F32, 4);
          out.writeByte(MethodId.LOSSLESS.code());
          out.writeVarint(2);
        },
        "number of members is 2, at most 1 is possible");
    for (MethodId method : MethodId.values()) {
      // A body for no member at all would repeat for ever.
      byte[] nobody =
          crafted(
              out -> {
                member(out, DType.F32, 4);
                out.writeByte(method.code());
                out.writeVarint(0);
                out.writeVarint(0);
              });
      assertCorrupt(nobody, method + " for no member");
    }
  }

  private static void member(ByteWriter out, DType dtype, long... dims) {
    out.writeVarint(1);
    out.writeByte(dtype.code());
    out.writeVarint(dims.length);
    for (long n : dims) {
      out.writeVarint(n);
    }
  }

  private static void assertCrafted(java.util.function.Consumer<ByteWriter> head, String message) {
    byte[] bytes = crafted(head);
    assertThatThrownBy(() -> Payload.decode(bytes, 0, bytes.length, SharedFactors.none()))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage(message);
  }

  @Test
  void theVersionIsCheckedFirstAndTheCrcSecond() {
    byte[] bytes = samples().get(0).payload().encode();
    byte[] newer = bytes.clone();
    newer[0] = 4;
    assertThatThrownBy(() -> Payload.decode(newer, 0, newer.length, SharedFactors.none()))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("payload format version 4, this software reads 1 to 3");
    byte[] damaged = bytes.clone();
    damaged[1] = 0;
    assertThatThrownBy(() -> Payload.decode(damaged, 0, damaged.length, SharedFactors.none()))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageMatching("payload CRC32C is [0-9a-f]{8}, stored is [0-9a-f]{8}");
    assertThatThrownBy(() -> Payload.decode(bytes, 5, bytes.length, SharedFactors.none()))
        .isInstanceOf(CorruptDataException.class);
  }

  @Test
  void bodiesMustCoverTheMembers() {
    WeightPartition weights = weights(DType.F32, 1, 4, 4);
    List<? extends Factors> factors = solve(MethodId.LOSSLESS, weights);
    assertThatThrownBy(
            () -> new Payload(List.of(member(weights), member(weights)), List.copyOf(factors)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 members, factors for 1");
    assertThatThrownBy(() -> new Payload(List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Payload decoded(Payload payload) {
    byte[] bytes = payload.encode();
    return Payload.decode(bytes, 0, bytes.length, SharedFactors.none());
  }

  @Test
  void aDifferenceIsRestoredWithItsBaseOnly() {
    Payload.Member member = new Payload.Member(DType.F32, Shape.of(2, 3));
    WeightPartition weights =
        new WeightPartition(
            "w",
            0,
            DType.F32,
            member.shape(),
            DType.F32.fromFloats(new float[] {1, 2, 3, 4, 5, 6}));
    Payload base =
        new Payload(
            List.of(member),
            List.of(new LosslessMethod().solve(weights, LosslessParams.DEFAULT, 0).get(0)));
    Payload copy = decoded(new Payload(List.of(member), List.of(), Payload.Kind.DELTA));
    assertThat(copy.encode()[0]).isEqualTo((byte) 2);
    assertThat(copy.restore(0, base, 0)).isEqualTo(weights.data());
    assertThatThrownBy(() -> copy.restore(0))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("the payload is a difference, and its base is not named");
    assertThatThrownBy(() -> copy.restore(0, copy, 0))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("the base is itself a difference");
    assertThatThrownBy(() -> base.restore(0, base, 0))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("the payload stands alone, and a base is named");
    assertThatThrownBy(() -> copy.restore(0, base, 1))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("member 1 of a payload with 1");
    Payload other =
        new Payload(
            List.of(new Payload.Member(DType.F32, Shape.of(3, 2))), List.of(), Payload.Kind.DELTA);
    assertThatThrownBy(() -> other.restore(0, base, 0))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageStartingWith("a difference of Member[dtype=F32, shape=3x2] to a base of");
    assertThatThrownBy(() -> new Payload(List.of(member, member), List.of(), Payload.Kind.DELTA))
        .hasMessage("a difference of 2 members to one base");
    Payload integers =
        new Payload(
            List.of(new Payload.Member(DType.I32, Shape.of(2, 3))),
            List.of(new LosslessMethod().solve(weights, LosslessParams.DEFAULT, 0).get(0)),
            Payload.Kind.DELTA);
    assertThatThrownBy(() -> decoded(integers))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("a difference of values of I32");
  }
}
