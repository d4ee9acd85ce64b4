package org.zoopress.io;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.zoopress.allocate.UnitSolver;
import org.zoopress.delta.TensorSketch;
import org.zoopress.error.BadModelException;
import org.zoopress.tensor.WeightPartition;
import org.zoopress.zoo.ByteSource;
import org.zoopress.zoo.TensorEntry;
import org.zoopress.zoo.TensorKey;
import org.zoopress.zoo.TensorReader;

/**
 * Reads weight partitions of a zoo by byte ranges; keeps the files of one task open until closed.
 */
public final class PartitionReader implements AutoCloseable {
  private final HadoopModelFolder folder;
  private final Map<String, ByteSource> open = new HashMap<>();

  /** For one zoo. */
  public PartitionReader(Configuration conf, String zoo) throws IOException {
    this.folder = new HadoopModelFolder(conf, new Path(zoo));
  }

  /**
   * Content keys of a tensor and of its blocks of rows.
   *
   * @param tensor see {@link TensorKey}
   * @param parts hash of each block, which a later read of the block must give again
   * @param sketch summary of the values, null for a tensor that has none: not floating-point,
   *     empty, all zero, or with values that are not finite
   */
  public record Keys(String tensor, List<String> parts, TensorSketch sketch)
      implements Serializable {}

  /** Reads a tensor once, in blocks of {@code rowsPerPart} rows. */
  public Keys keys(TensorRef tensor, long rowsPerPart) throws IOException {
    TensorEntry entry = tensor.entry();
    TensorKey key = new TensorKey(entry.dtype(), entry.shape());
    List<String> parts = new ArrayList<>();
    Optional<TensorSketch.Builder> sketch =
        entry.dtype().compressible() && entry.shape().elements() > 0
            ? Optional.of(new TensorSketch.Builder(entry.dtype(), entry.shape().elements()))
            : Optional.empty();
    long rows = entry.shape().rows();
    long first = 0;
    do {
      long count = Math.min(rowsPerPart, rows - first);
      byte[] block = TensorReader.read(source(tensor), entry, first, count);
      key.write(block, 0, block.length);
      parts.add(UnitSolver.restoredKey(block));
      sketch.ifPresent(builder -> builder.add(block));
      first += count;
    } while (first < rows);
    return new Keys(key.hex(), parts, sketch.flatMap(TensorSketch.Builder::finish).orElse(null));
  }

  /**
   * Reads the members of a unit.
   *
   * @throws BadModelException if a block is no longer what was hashed
   */
  public List<WeightPartition> read(UnitPlan unit) throws IOException {
    List<WeightPartition> members = new ArrayList<>();
    for (UnitPlan.Member member : unit.members()) {
      members.add(read(member));
    }
    return members;
  }

  /**
   * Reads one block.
   *
   * @throws BadModelException if it is no longer what was hashed
   */
  public WeightPartition read(UnitPlan.Member member) throws IOException {
    TensorEntry entry = member.tensor().entry();
    byte[] data =
        TensorReader.read(source(member.tensor()), entry, member.firstRow(), member.rows());
    if (!UnitSolver.restoredKey(data).equals(member.partKey())) {
      throw changed(member.tensor());
    }
    return new WeightPartition(
        member.tensorKey(), member.part(), entry.dtype(), member.shape(), data);
  }

  /**
   * Reads a tensor in one piece.
   *
   * @param key its content key
   * @throws BadModelException if it is no longer what was hashed
   */
  public WeightPartition readWhole(TensorRef tensor, String key) throws IOException {
    TensorEntry entry = tensor.entry();
    byte[] data = TensorReader.read(source(tensor), entry, 0, entry.shape().rows());
    if (!TensorKey.of(entry.dtype(), entry.shape(), data).equals(key)) {
      throw changed(tensor);
    }
    return new WeightPartition(key, 0, entry.dtype(), entry.shape(), data);
  }

  private static BadModelException changed(TensorRef tensor) {
    return new BadModelException(
        tensor.file(),
        tensor.entry().name(),
        "its bytes changed while the run was reading them",
        "Run again when nothing writes to the zoo");
  }

  private ByteSource source(TensorRef tensor) throws IOException {
    ByteSource source = open.get(tensor.file());
    if (source == null) {
      source = folder.open(tensor.file());
      open.put(tensor.file(), source);
    }
    return source;
  }

  @Override
  public void close() throws IOException {
    for (ByteSource source : open.values()) {
      source.close();
    }
    open.clear();
  }
}
