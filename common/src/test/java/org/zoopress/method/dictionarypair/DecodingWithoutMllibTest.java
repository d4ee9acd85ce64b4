package org.zoopress.method.dictionarypair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.method.FactorType;
import org.zoopress.method.ZoopressOnlyLoader;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/** A reader of archives needs neither Spark's classes nor netlib's. */
class DecodingWithoutMllibTest {
  /** Run by its name inside the loader below, where it sees only Zoopress and the JDK. */
  public static final class Decoder implements Function<byte[], byte[]> {
    @Override
    public byte[] apply(byte[] stored) {
      return new DictionaryPair()
          .read(new ByteReader(stored), List.of(Shape.of(40, 20, 3, 3)))
          .restore(0, DType.F32);
    }
  }

  @Test
  void factorsAreRestoredWithZoopressAndTheJdkAlone() throws ReflectiveOperationException {
    DictionaryPairFactors factors =
        new DictionaryPair()
            .solve(
                Weights.gaussian(Shape.of(40, 20, 3, 3), 0.1, 1),
                DictionaryPairParams.DEFAULT.withFactorTypes(FactorType.INTEGER),
                1)
            .get(1);
    ByteWriter out = new ByteWriter();
    factors.write(out);
    ClassLoader loader = new ZoopressOnlyLoader();
    assertThatThrownBy(() -> loader.loadClass("org.apache.spark.ml.linalg.DenseMatrix"))
        .isInstanceOf(ClassNotFoundException.class);
    @SuppressWarnings("unchecked") // Decoder is this function, in whichever loader
    var decoder =
        (Function<byte[], byte[]>)
            loader.loadClass(Decoder.class.getName()).getConstructor().newInstance();
    assertThat(decoder.apply(out.toByteArray())).isEqualTo(factors.restore(0, DType.F32));
  }
}
