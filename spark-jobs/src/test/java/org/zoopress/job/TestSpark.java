package org.zoopress.job;

import org.apache.spark.sql.SparkSession;
import org.zoopress.io.ZoopressKryoRegistrator;

/** Spark sessions for tests. */
public final class TestSpark {
  private TestSpark() {}

  /** A session in this JVM, shared by all tests of the module. */
  public static SparkSession local() {
    return session("local[2]");
  }

  private static SparkSession session(String master) {
    return SparkSession.builder()
        .master(master)
        .appName("zoopress-test")
        .config("spark.ui.enabled", "false")
        .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .config("spark.kryo.registrator", ZoopressKryoRegistrator.class.getName())
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate();
  }
}
