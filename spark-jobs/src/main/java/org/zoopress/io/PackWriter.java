package org.zoopress.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.zoopress.archive.Digests;
import org.zoopress.archive.ParquetRows;
import org.zoopress.archive.Row;
import org.zoopress.archive.Table;

/** Puts the chosen blobs of a pack, which lie in staged files, into the pack's Parquet file. */
public final class PackWriter {
  private PackWriter() {}

  /**
   * A blob to copy.
   *
   * @param prefix bytes to write before the staged ones
   * @param file staged file, absolute
   * @param suffix bytes to write after the staged ones
   */
  public record Blob(byte[] prefix, String file, long offset, int length, byte[] suffix)
      implements Serializable {

    /** Bytes in the pack. */
    public int bytes() {
      return prefix.length + length + suffix.length;
    }
  }

  /** A pack: its number and its blobs in order. */
  public record Pack(int number, List<Blob> blobs) implements Serializable {

    /** Bytes of all blobs. */
    public long bytes() {
      return blobs.stream().mapToLong(Blob::bytes).sum();
    }
  }

  /** Writes the file (replacing one of an earlier attempt) and returns its length. */
  public static long write(Configuration conf, Pack pack, Path target) throws IOException {
    FileSystem fs = ParquetRows.fileSystem(conf, target);
    ByteArrayOutputStream data = new ByteArrayOutputStream(Math.toIntExact(pack.bytes()));
    Map<String, FSDataInputStream> open = new HashMap<>();
    try {
      for (Blob blob : pack.blobs()) {
        data.write(blob.prefix());
        FSDataInputStream in = open.get(blob.file());
        if (in == null) {
          in = fs.open(new Path(blob.file()));
          open.put(blob.file(), in);
        }
        byte[] bytes = new byte[blob.length()];
        in.readFully(blob.offset(), bytes);
        data.write(bytes);
        data.write(blob.suffix());
      }
    } finally {
      for (FSDataInputStream in : open.values()) {
        in.close();
      }
    }
    byte[] bytes = data.toByteArray();
    Row row =
        new Row()
            .set("pack", pack.number())
            .set("sha256", Digests.sha256Bytes(bytes))
            .set("data", bytes);
    Path partial = WholeFile.partial(target); // two attempts write equal bytes: either may win
    long length = ParquetRows.write(conf, partial, Table.PAYLOADS, List.of(row));
    WholeFile.complete(fs, partial, target);
    return length;
  }
}
