package org.zoopress.method.additive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.method.ZoopressOnlyClassLoader;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** A reader of archives needs neither Spark's classes nor netlib's nor the Vector API. */
class DecodingWithoutMllibTest {
  private static final Shape SHAPE = Shape.of(40, 20, 3, 3);

  /** Run by its name inside a loader that sees only Zoopress and the JDK. */
  public static final class Decoder implements Function<byte[], byte[]> {
    @Override
    public byte[] apply(byte[] stored) {
      return new AdditiveMethod()
          .read(new ByteReader(stored), List.of(SHAPE))
          .restore(0, DType.F32);
    }
  }

  @Test
  void factorsAreRestoredWithZoopressAndTheJdkAlone() throws ReflectiveOperationException {
    byte[] data = DType.F32.fromFloats(TestVectors.gaussian(7200, 1, 1));
    AdditiveFactors factors =
        new AdditiveMethod()
            .solve(
                new WeightPartition("t", 0, DType.F32, SHAPE, data),
                AdditiveParams.DEFAULT.withTraining(TrainingParams.DEFAULT.withIterations(1)),
                1)
            .get(0);
    ByteWriter out = new ByteWriter();
    factors.write(out);
    @SuppressWarnings("unchecked") // Decoder is this function, in whichever loader
    var decoder =
        (Function<byte[], byte[]>)
            new ZoopressOnlyClassLoader()
                .loadClass(Decoder.class.getName())
                .getConstructor()
                .newInstance();
    assertThat(decoder.apply(out.toByteArray())).isEqualTo(factors.restore(0, DType.F32));
  }
}
