package org.zoopress.io;

import com.esotericsoftware.kryo.Kryo;
import org.apache.spark.serializer.KryoRegistrator;
import org.zoopress.tensor.WeightPartition;

/** Registers the RDD elements of Zoopress with Kryo; weight partitions travel as Arrow record batches. */
public final class ZoopressKryoRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(WeightPartition.class, new WeightPartitionSerializer());
  }
}
