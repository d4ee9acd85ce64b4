package org.zoopress.io;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/**
 * Carries weight partitions between JVMs as one Arrow record batch each, in the IPC stream format:
 * a column {@code values} of the element type (16-bit floats as their bits), with key, part, dtype
 * and shape in the schema's metadata.
 */
public final class WeightPartitionSerializer extends Serializer<WeightPartition> {
  private static final String COLUMN = "values";

  @Override
  public void write(Kryo kryo, Output output, WeightPartition partition) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(partition.data().length + 1024);
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot batch = VectorSchemaRoot.create(schema(partition), allocator);
        ArrowStreamWriter writer = new ArrowStreamWriter(batch, null, Channels.newChannel(bytes))) {
      int elements = Math.toIntExact(partition.shape().elements());
      BaseFixedWidthVector values = (BaseFixedWidthVector) batch.getVector(COLUMN);
      values.allocateNew(elements);
      values.getDataBuffer().setBytes(0, partition.data());
      ArrowBuf validity = values.getValidityBuffer();
      validity.setOne(0, (elements + 7) / 8);
      values.setValueCount(elements);
      batch.setRowCount(elements);
      writer.start();
      writer.writeBatch();
      writer.end();
    } catch (IOException e) {
      throw new KryoException("cannot write a weight partition", e);
    }
    output.writeInt(bytes.size(), true);
    output.writeBytes(bytes.toByteArray());
  }

  @Override
  public WeightPartition read(Kryo kryo, Input input, Class<WeightPartition> type) {
    byte[] bytes = input.readBytes(input.readInt(true));
    try (BufferAllocator allocator = new RootAllocator();
        ArrowStreamReader reader =
            new ArrowStreamReader(new ByteArrayInputStream(bytes), allocator)) {
      VectorSchemaRoot batch = reader.getVectorSchemaRoot();
      if (!reader.loadNextBatch()) {
        throw new KryoException("a weight partition without a record batch");
      }
      Map<String, String> metadata = batch.getSchema().getCustomMetadata();
      DType dtype = DType.valueOf(metadata.get("dtype"));
      String dims = metadata.get("shape");
      Shape shape =
          Shape.of(
              dims.isEmpty()
                  ? new long[0]
                  : Arrays.stream(dims.split(",", -1)).mapToLong(Long::parseLong).toArray());
      byte[] data = new byte[Math.toIntExact(shape.elements() * dtype.bytes())];
      if (data.length > 0) {
        ((BaseFixedWidthVector) batch.getVector(COLUMN)).getDataBuffer().getBytes(0, data);
      }
      return new WeightPartition(
          metadata.get("tensor"), Integer.parseInt(metadata.get("part")), dtype, shape, data);
    } catch (IOException e) {
      throw new KryoException("cannot read a weight partition", e);
    }
  }

  private static Schema schema(WeightPartition partition) {
    Field values = new Field(COLUMN, FieldType.notNullable(arrowType(partition.dtype())), null);
    String dims =
        String.join(",", Arrays.stream(partition.shape().dims()).mapToObj(Long::toString).toList());
    return new Schema(
        List.of(values),
        Map.of(
            "tensor", partition.tensor(),
            "part", Integer.toString(partition.part()),
            "dtype", partition.dtype().name(),
            "shape", dims));
  }

  private static ArrowType arrowType(DType dtype) {
    return switch (dtype) {
      case F32 -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case F64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      default -> new ArrowType.Int(8 * dtype.bytes(), false);
    };
  }
}
