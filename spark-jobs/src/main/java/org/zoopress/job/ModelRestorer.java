package org.zoopress.job;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.archive.CompressedModel;
import org.zoopress.archive.ModelBlob.PartPointer;
import org.zoopress.archive.PackStore;
import org.zoopress.archive.Row;
import org.zoopress.payload.Payload;
import org.zoopress.tensor.WeightPartition;
import org.zoopress.zoo.ModelFormat;
import org.zoopress.zoo.ModelWriter;
import org.zoopress.zoo.OutputFactory;
import org.zoopress.zoo.TensorEntry;

/**
 * Writes a model back from its payloads. Executors decode weight partitions, which reach the writer
 * as Arrow record batches in the order of the file, so that no more than a few partitions are in
 * the driver's memory.
 */
final class ModelRestorer {
  private static final long TASK_BYTES = 8L << 20;

  private final JavaSparkContext spark;
  private final Broadcast<SerializableConfiguration> conf;
  private final ArchiveReader archive;

  ModelRestorer(
      JavaSparkContext spark, Broadcast<SerializableConfiguration> conf, ArchiveReader archive) {
    this.spark = spark;
    this.conf = conf;
    this.archive = archive;
  }

  /** The model of a row of the {@code models} table. */
  CompressedModel stored(Row model) throws IOException {
    return CompressedModel.open(
        spark.hadoopConfiguration(), archive, CompressedModel.blobPointer(model));
  }

  /** A part of a tensor in the order in which the writer wants it. */
  private record Wanted(String tensor, int part, PartPointer pointer, long bytes)
      implements java.io.Serializable {}

  /** Restores the model's values into files of the wanted format. */
  void restore(CompressedModel model, ModelFormat format, OutputFactory files, Progress progress)
      throws IOException {
    List<Wanted> wanted = order(model, format);
    if (wanted.isEmpty()) {
      ModelWriter.restore(model.skeleton(), format, (tensor, out) -> {}, files);
      return;
    }
    long bytes = wanted.stream().mapToLong(Wanted::bytes).sum();
    List<List<Wanted>> tasks = consecutive(wanted);
    try (StageProgress stage =
        new StageProgress(spark, progress, "restoring " + model.header().name(), bytes)) {
      LongAccumulator done = stage.done();
      Broadcast<SerializableConfiguration> hadoop = conf;
      PackStore.Index index = archive.packs();
      JavaRDD<WeightPartition> partitions =
          spark
              .parallelize(tasks, tasks.size())
              .flatMap(task -> new Decoder(hadoop.value().value(), index, task, done))
              .persist(StorageLevel.MEMORY_AND_DISK_SER());
      try {
        // Decodes in parallel; the iterator below then only fetches, in order, one partition at a
        // time.
        var unused = partitions.count();
        write(model, format, files, partitions.toLocalIterator());
      } finally {
        partitions.unpersist(false);
      }
    }
  }

  private static void write(
      CompressedModel model,
      ModelFormat format,
      OutputFactory files,
      Iterator<WeightPartition> partitions)
      throws IOException {
    ModelWriter.restore(
        model.skeleton(),
        format,
        (tensor, out) -> {
          long left = tensor.bytes();
          while (left > 0) {
            WeightPartition partition = partitions.next();
            if (!partition.tensor().equals(tensor.name())) {
              throw new IllegalStateException(
                  "expected values of '%s', got '%s'".formatted(tensor.name(), partition.tensor()));
            }
            out.write(partition.data());
            left -= partition.data().length;
          }
        },
        files);
  }

  /** Asks the writer itself, by a rehearsal, in which order it wants the tensors. */
  private static List<Wanted> order(CompressedModel model, ModelFormat format) throws IOException {
    Map<TensorEntry, Integer> positions = new HashMap<>();
    List<TensorEntry> entries = model.header().tensors();
    for (int t = 0; t < entries.size(); t++) {
      positions.put(entries.get(t), t);
    }
    List<Wanted> wanted = new ArrayList<>();
    byte[] zeros = new byte[1 << 16];
    ModelWriter.restore(
        model.skeleton(),
        format,
        (tensor, out) -> {
          List<PartPointer> parts = model.parts().get(positions.get(tensor));
          for (int p = 0; p < parts.size() && tensor.bytes() > 0; p++) {
            wanted.add(new Wanted(tensor.name(), p, parts.get(p), tensor.bytes() / parts.size()));
          }
          for (long left = tensor.bytes(); left > 0; left -= Math.min(left, zeros.length)) {
            out.write(zeros, 0, (int) Math.min(left, zeros.length));
          }
        },
        path -> OutputStream.nullOutputStream());
    return wanted;
  }

  private static List<List<Wanted>> consecutive(List<Wanted> wanted) {
    List<List<Wanted>> tasks = new ArrayList<>();
    List<Wanted> task = new ArrayList<>();
    long bytes = 0;
    for (Wanted part : wanted) {
      if (bytes + part.bytes() > TASK_BYTES && !task.isEmpty()) {
        tasks.add(task);
        task = new ArrayList<>();
        bytes = 0;
      }
      task.add(part);
      bytes += part.bytes();
    }
    tasks.add(task);
    return tasks;
  }

  /** Decodes one part at a time. */
  private static final class Decoder implements Iterator<WeightPartition> {
    private final PackStore store;
    private final Iterator<Wanted> wanted;
    private final LongAccumulator done;

    Decoder(Configuration conf, PackStore.Index index, List<Wanted> wanted, LongAccumulator done) {
      this.store = new PackStore(conf, index);
      this.wanted = wanted.iterator();
      this.done = done;
    }

    @Override
    public boolean hasNext() {
      return wanted.hasNext();
    }

    @Override
    public WeightPartition next() {
      Wanted next = wanted.next();
      Payload payload;
      byte[] data;
      try {
        payload = store.payload(next.pointer().payload());
        data = store.restore(next.pointer(), payload);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
      Payload.Member member = payload.members().get(next.pointer().member());
      done.add(data.length);
      return new WeightPartition(next.tensor(), next.part(), member.dtype(), member.shape(), data);
    }
  }
}
