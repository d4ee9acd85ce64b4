package org.zoopress.io;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.util.List;
import org.apache.spark.serializer.KryoRegistrator;
import org.zoopress.tensor.WeightPartition;

/**
 * Registers the RDD elements of Zoopress with Kryo. Weight partitions travel as Arrow record batches. The small records of
 * plans and results go through Java's own serialization: this Kryo writes final fields by {@code Unsafe}, which the JVM refuses
 * for records, and cannot rebuild immutable lists.
 */
public final class ZoopressKryoRegistrator implements KryoRegistrator {
  private static final String JOBS = "org.zoopress.job.";

  /** Records of jobs that are not visible here. */
  private static final List<String> RECORDS =
      List.of(
          JOBS + "ModelInput",
          JOBS + "HashStage$Hashed",
          JOBS + "EvaluateJob$Task",
          JOBS + "EvaluateJob$Outcome",
          JOBS + "VerifyJob$Check",
          JOBS + "VerifyJob$Wrong",
          JOBS + "ModelRestorer$Wanted");

  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(WeightPartition.class, new WeightPartitionSerializer());
    for (Class<?> record :
        List.of(SolvedUnit.class, UnitPlan.class, TensorRef.class, FileStamp.class, PackWriter.Pack.class)) {
      kryo.register(record, new JavaSerializer());
    }
    kryo.register(org.zoopress.archive.Manifest.DataFile.class, new JavaSerializer());
  }
}
