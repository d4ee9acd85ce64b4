package org.zoopress.job;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.zoopress.io.VectorBlock;
import org.zoopress.io.ZoopressKryoRegistrator;
import org.zoopress.method.FactorType;
import org.zoopress.method.additive.CodeShape;
import org.zoopress.method.additive.SharedTraining;
import org.zoopress.method.additive.TrainingParams;

/**
 * Time and bytes of a turn of training against the number of vectors and of cores, on generated
 * Gaussian vectors of 8 numbers with K = 256. Prints a Markdown table.
 *
 * <p>Wall time depends on what else runs; CPU time is that of the tasks. Arguments: {@code M}, then
 * numbers of cores and numbers of vectors, each separated by commas.
 *
 * <pre>
 *   mvn -Pjmh -pl common,spark-jobs process-test-classes -Dscaling.args="2 1,2 100000,1000000"</pre>
 */
public final class SharedTrainingScaling {
  private static final int DIMENSION = 8;
  private static final int TURNS = 3;
  private static final int PARTITIONS = 16;

  private SharedTrainingScaling() {}

  /** What the tasks of one training took together. */
  private static final class TaskTotals extends SparkListener {
    private final LongAdder cpuNanos = new LongAdder();
    private final LongAdder shuffled = new LongAdder();
    private final LongAdder results = new LongAdder();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      TaskMetrics metrics = end.taskMetrics();
      cpuNanos.add(metrics.executorCpuTime());
      shuffled.add(metrics.shuffleWriteMetrics().bytesWritten());
      results.add(metrics.resultSize());
    }
  }

  /** Measures. */
  public static void main(String[] args) {
    CodeShape shape = new CodeShape(Integer.parseInt(args[0]), 256, DIMENSION);
    System.out.printf("%s, %d partitions, %d turns%n%n", shape, PARTITIONS, TURNS);
    System.out.println(
        "| cores | vectors | start s | turn s | vectors/s | CPU s a turn | vectors/CPU s"
            + " | shuffle bytes a turn | bytes to the driver a turn |");
    System.out.println("|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for (int cores : Arrays.stream(args[1].split(",", -1)).mapToInt(Integer::parseInt).toArray()) {
      SparkSession session =
          SparkSession.builder()
              .master("local[%d]".formatted(cores))
              .config("spark.ui.enabled", "false")
              .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
              .config("spark.kryo.registrator", ZoopressKryoRegistrator.class.getName())
              .config("spark.driver.host", "127.0.0.1")
              .getOrCreate();
      session.sparkContext().setLogLevel("ERROR");
      for (String vectors : args[2].split(",", -1)) {
        measure(new JavaSparkContext(session.sparkContext()), cores, shape, Long.parseLong(vectors));
      }
      session.stop();
    }
  }

  private static void measure(JavaSparkContext spark, int cores, CodeShape shape, long vectors) {
    int blockVectors = SharedTraining.BLOCK_VECTORS;
    List<Long> firsts =
        LongStream.range(0, (vectors + blockVectors - 1) / blockVectors)
            .mapToObj(block -> block * blockVectors)
            .toList();
    JavaRDD<VectorBlock> blocks =
        spark
            .parallelize(firsts, PARTITIONS)
            .map(first -> generated(first, (int) Math.min(blockVectors, vectors - first)))
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    blocks.count();
    DistributedTraining training =
        new DistributedTraining(
            new SharedTraining(shape, TrainingParams.DEFAULT.withIterations(TURNS), 1),
            vectors,
            vectors,
            FactorType.INTEGER,
            Optional.empty());
    TaskTotals whole = new TaskTotals();
    TaskTotals turnsOnly = new TaskTotals();
    long begin = System.nanoTime();
    spark.sc().addSparkListener(whole);
    DistributedTraining.Trained trained =
        training
            .run(
                spark,
                blocks,
                turn -> {
                  if (turn.iteration() == 0) {
                    settle();
                    spark.sc().addSparkListener(turnsOnly);
                  }
                })
            .orElseThrow();
    double all = (System.nanoTime() - begin) * 1e-9;
    settle();
    spark.sc().removeSparkListener(whole);
    spark.sc().removeSparkListener(turnsOnly);
    blocks.unpersist(true);
    double ofTurns = trained.turns().stream().mapToDouble(DistributedTraining.Turn::seconds).sum();
    double turn = (ofTurns - trained.turns().get(0).seconds()) / TURNS;
    double cpu = turnsOnly.cpuNanos.sum() * 1e-9 / TURNS;
    System.out.printf(
        Locale.ROOT,
        "| %d | %d | %.1f | %.2f | %.0f | %.2f | %.0f | %d | %d |%n",
        cores,
        vectors,
        all - ofTurns,
        turn,
        vectors / turn,
        cpu,
        vectors / cpu,
        turnsOnly.shuffled.sum() / TURNS,
        turnsOnly.results.sum() / TURNS);
  }

  private static VectorBlock generated(long first, int count) {
    SplittableRandom random = new SplittableRandom(first);
    float[] values = new float[count * DIMENSION];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new VectorBlock(first, values);
  }

  /** Spark tells its listeners a little later. */
  private static void settle() {
    try {
      Thread.sleep(300);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
