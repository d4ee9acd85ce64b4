package org.zoopress.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.zoopress.config.Settings;
import org.zoopress.config.SettingsSource;
import org.zoopress.method.Factors;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.ZoopressOnlyClassLoader;
import org.zoopress.payload.Payload;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** Tucker and tensor train from settings to stored payloads and back. */
class TuckerSettingsTest {
  private static final Shape SHAPE = Shape.of(24, 16, 3, 3);

  /** Run by its name in a loader that sees only Zoopress and the JDK. */
  public static final class Decoder implements Function<byte[], byte[]> {
    @Override
    public byte[] apply(byte[] stored) {
      return Payload.decode(stored, 0, stored.length, SharedFactors.none()).restore(0);
    }
  }

  @Test
  void settingsNameTheOperatingPointsInTheirOrder() {
    assertThat(
            points(
                "methods=tucker",
                "tucker.ratios=2,5",
                "tucker.errors=0.1",
                "tucker.ranks=evbmf",
                "tucker.factors=f16"))
        .extracting(Factors::operatingPoint)
        .containsExactly(
            "ratio=2.0 factors=f16",
            "ratio=5.0 factors=f16",
            "error=0.1 factors=f16",
            "evbmf factors=f16");
    assertThat(
            points(
                "methods=tensor-train",
                "tensor-train.ratios=3",
                "tensor-train.errors=0.2",
                "tensor-train.modes=auto"))
        .extracting(Factors::operatingPoint)
        .containsExactly("ratio=3.0 factors=integer", "error=0.2 factors=integer");
  }

  @Test
  void payloadsAreDecodedWithZoopressAndTheJdkAlone() throws ReflectiveOperationException {
    @SuppressWarnings("unchecked") // Decoder is this function, in whichever loader
    var decoder =
        (Function<byte[], byte[]>)
            new ZoopressOnlyClassLoader()
                .loadClass(Decoder.class.getName())
                .getConstructor()
                .newInstance();
    List<Factors> solved = new ArrayList<>(points("methods=tucker"));
    solved.addAll(points("methods=tensor-train"));
    assertThat(solved).hasSize(4);
    for (Factors factors : solved) {
      byte[] stored =
          new Payload(List.of(new Payload.Member(DType.F32, SHAPE)), List.of(factors)).encode();
      assertThat(decoder.apply(stored)).isEqualTo(factors.restore(0, DType.F32));
    }
  }

  private static List<Factors> points(String... assignments) {
    Settings settings = Settings.of(SettingsSource.ofAssignments(List.of(assignments)));
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[(int) SHAPE.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    WeightPartition weights =
        new WeightPartition("00", 0, DType.F32, SHAPE, DType.F32.fromFloats(values));
    return EnabledMethod.of(settings, List.of()).stream()
        .flatMap(method -> method.solve(List.of(weights)).stream())
        .map(members -> members.get(0))
        .toList();
  }
}
