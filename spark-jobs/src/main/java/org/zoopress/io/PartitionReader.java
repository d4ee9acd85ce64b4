package org.zoopress.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.zoopress.error.BadModelException;
import org.zoopress.tensor.Shape;
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

  /** Content key of a whole tensor, read in blocks of rows. */
  public String key(TensorRef tensor) throws IOException {
    return TensorKey.of(source(tensor), tensor.entry());
  }

  /**
   * Reads the members of a unit.
   *
   * @throws BadModelException if a tensor is no longer what was hashed
   */
  public List<WeightPartition> read(UnitPlan unit) throws IOException {
    List<WeightPartition> members = new ArrayList<>();
    for (UnitPlan.Member member : unit.members()) {
      TensorEntry entry = member.tensor().entry();
      byte[] data =
          TensorReader.read(source(member.tensor()), entry, member.firstRow(), member.rows());
      boolean whole = member.rows() == entry.shape().rows();
      Shape shape = whole ? entry.shape() : entry.shape().withRows(member.rows());
      if (whole && !TensorKey.of(entry.dtype(), shape, data).equals(member.tensorKey())) {
        throw new BadModelException(
            member.tensor().file(),
            entry.name(),
            "its bytes changed while the run was reading them",
            "Run again when nothing writes to the zoo");
      }
      members.add(
          new WeightPartition(member.tensorKey(), member.part(), entry.dtype(), shape, data));
    }
    return members;
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
