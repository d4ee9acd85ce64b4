package org.zoopress.io;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import org.apache.spark.serializer.KryoRegistrator;
import org.zoopress.tensor.WeightPartition;

/**
 * Registers the RDD elements of Zoopress with Kryo. Weight partitions travel as Arrow record
 * batches. The small records of plans and results go through Java's own serialization: this Kryo
 * writes final fields by {@code Unsafe}, which the JVM refuses for records, and cannot rebuild
 * immutable lists.
 */
public final class ZoopressKryoRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.addDefaultSerializer(Record.class, JavaSerializer.class);
    kryo.register(WeightPartition.class, new WeightPartitionSerializer());
  }
}
