package org.zoopress.method.lowranksparse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.linalg.RandomMatrices;
import org.zoopress.method.ZoopressOnlyClassLoader;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** A reader of archives needs neither Spark's classes nor netlib's. */
class DecodingWithoutMllibTest {
  private static final Shape SHAPE = Shape.of(20, 10, 3, 3);

  /** Run by its name inside the loader below, where it sees only Zoopress and the JDK. */
  public static final class Decoder implements Function<byte[], byte[]> {
    @Override
    public byte[] apply(byte[] stored) {
      return new LowRankSparse().read(new ByteReader(stored), List.of(SHAPE)).restore(0, DType.F32);
    }
  }

  @Test
  void factorsAreRestoredWithZoopressAndTheJdkAlone() throws ReflectiveOperationException {
    float[] values = new float[1800];
    double[] random = RandomMatrices.gaussian(1800, 1, 1).values();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random[i];
    }
    WeightPartition weights =
        new WeightPartition("00", 0, DType.F32, SHAPE, DType.F32.fromFloats(values));
    @SuppressWarnings("unchecked") // Decoder is this function, in whichever loader
    var decoder =
        (Function<byte[], byte[]>)
            new ZoopressOnlyClassLoader()
                .loadClass(Decoder.class.getName())
                .getConstructor()
                .newInstance();
    for (LowRankSparseFactors factors :
        new LowRankSparse().solve(weights, LowRankSparseParams.DEFAULT, 1)) {
      ByteWriter out = new ByteWriter();
      factors.write(out);
      assertThat(decoder.apply(out.toByteArray())).isEqualTo(factors.restore(0, DType.F32));
    }
  }
}
