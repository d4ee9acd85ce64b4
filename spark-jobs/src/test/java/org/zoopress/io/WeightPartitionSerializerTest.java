package org.zoopress.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.esotericsoftware.kryo.KryoException;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Weight partitions through Spark's own Kryo, as Arrow. */
class WeightPartitionSerializerTest {
  private static final ClassTag<WeightPartition> TAG =
      ClassTag$.MODULE$.apply(WeightPartition.class);

  /** Spark's Kryo as the jobs configure it; nothing that is not registered gets through. */
  private static SerializerInstance kryo() {
    return new KryoSerializer(
            new SparkConf(false)
                .set("spark.kryo.registrator", ZoopressKryoRegistrator.class.getName())
                .set("spark.kryo.registrationRequired", "true"))
        .newInstance();
  }

  private static WeightPartition random(DType dtype, long seed, long... dims) {
    Shape shape = Shape.of(dims);
    byte[] data = new byte[Math.toIntExact(shape.elements() * dtype.bytes())];
    new SplittableRandom(seed).nextBytes(data);
    return new WeightPartition("schlüssel-" + seed, (int) seed, dtype, shape, data);
  }

  private static List<long[]> shapes() {
    return List.of(
        new long[0],
        new long[] {7},
        new long[] {0},
        new long[] {5, 3},
        new long[] {4, 0, 3},
        new long[] {2, 3, 4},
        new long[] {3, 2, 3, 3},
        new long[] {2, 1, 3, 1, 2});
  }

  private static void assertEqual(WeightPartition found, WeightPartition expected) {
    assertThat(found.tensor()).isEqualTo(expected.tensor());
    assertThat(found.part()).isEqualTo(expected.part());
    assertThat(found.dtype()).isEqualTo(expected.dtype());
    assertThat(found.shape()).isEqualTo(expected.shape());
    assertThat(found.data()).isEqualTo(expected.data());
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void everyTypeAndRankComesBack(DType dtype) {
    SerializerInstance kryo = kryo();
    for (int s = 0; s < shapes().size(); s++) {
      WeightPartition partition = random(dtype, s, shapes().get(s));
      assertEqual(kryo.deserialize(kryo.serialize(partition, TAG), TAG), partition);
    }
  }

  @Test
  void manyInOneStreamComeBackInOrder() {
    SerializerInstance kryo = kryo();
    List<WeightPartition> partitions = new ArrayList<>();
    for (int s = 0; s < 40; s++) {
      partitions.add(random(DType.values()[s % 16], s, shapes().get(s % shapes().size())));
    }
    java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
    var out = kryo.serializeStream(bytes);
    partitions.forEach(partition -> out.writeObject(partition, TAG));
    out.close();
    var in = kryo.deserializeStream(new ByteArrayInputStream(bytes.toByteArray()));
    for (WeightPartition partition : partitions) {
      assertEqual(in.readObject(TAG), partition);
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void theBytesAreAnArrowStreamOfOneRecordBatch(DType dtype) throws Exception {
    WeightPartition partition = random(dtype, 3, 4, 5);
    byte[] kryo = bytes(partition);
    // An IPC stream begins with a continuation marker; before it come class and length.
    int begin = 0;
    while (!Arrays.equals(
        Arrays.copyOfRange(kryo, begin, begin + 4), new byte[] {-1, -1, -1, -1})) {
      begin++;
    }
    Class<?> vector =
        switch (dtype) {
          case F32 -> Float4Vector.class;
          case F64 -> Float8Vector.class;
          default ->
              switch (dtype.bytes()) {
                case 1 -> UInt1Vector.class;
                case 2 -> UInt2Vector.class;
                case 4 -> UInt4Vector.class;
                default -> UInt8Vector.class;
              };
        };
    try (BufferAllocator allocator = new RootAllocator();
        ArrowStreamReader reader =
            new ArrowStreamReader(
                new ByteArrayInputStream(kryo, begin, kryo.length - begin), allocator)) {
      assertThat(reader.loadNextBatch()).isTrue();
      var batch = reader.getVectorSchemaRoot();
      assertThat(batch.getRowCount()).isEqualTo(20);
      assertThat(batch.getVector("values")).isExactlyInstanceOf(vector);
      assertThat(batch.getVector("values").getNullCount()).isZero();
      assertThat(batch.getSchema().getCustomMetadata())
          .containsEntry("dtype", dtype.name())
          .containsEntry("shape", "4,5")
          .containsEntry("part", "3")
          .containsEntry("tensor", "schlüssel-3");
      if (batch.getVector("values") instanceof Float4Vector floats) {
        for (int i = 0; i < 20; i++) {
          assertThat(Float.floatToRawIntBits(floats.get(i)))
              .isEqualTo(Float.floatToRawIntBits(partition.values()[i]));
        }
      }
      assertThat(reader.loadNextBatch()).isFalse();
    }
  }

  private static byte[] bytes(WeightPartition partition) {
    var buffer = kryo().serialize(partition, TAG);
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  @Test
  void equalPartitionsGiveEqualBytes() {
    assertThat(bytes(random(DType.F16, 4, 6, 6))).isEqualTo(bytes(random(DType.F16, 4, 6, 6)));
  }

  @Test
  void aStreamThatEndsEarlyIsAnError() {
    byte[] bytes = bytes(random(DType.F32, 5, 8, 8));
    assertThatThrownBy(
            () ->
                kryo()
                    .deserialize(
                        java.nio.ByteBuffer.wrap(bytes, 0, bytes.length - 300).slice(), TAG))
        .isInstanceOf(KryoException.class);
  }
}
