package org.zoopress.archive;

import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.error.UserInputException;

/**
 * Reads blobs from the packs of committed runs, checking each pack's SHA-256. Keeps the pack that
 * was read last, so that blobs asked for in stored order cost one read a pack; not thread-safe.
 */
public final class PackStore {
  private final Configuration conf;
  private final Index index;
  private String cached = "";
  private byte[] data = new byte[0];

  /**
   * Files of packs by run id; small, and travels to executors.
   *
   * @param root the archive
   * @param files for each run the pack files' paths relative to the archive, by pack number
   */
  public record Index(String root, Map<String, List<String>> files) implements Serializable {

    /** The packs that these manifests name. */
    public static Index of(Path root, Iterable<Manifest> manifests) {
      Map<String, List<String>> files = new HashMap<>();
      for (Manifest manifest : manifests) {
        List<String> packs =
            manifest.files(Table.PAYLOADS).stream().map(Manifest.DataFile::path).sorted().toList();
        if (!packs.isEmpty()) {
          files.put(manifest.runId(), packs);
        }
      }
      return new Index(root.toString(), files);
    }
  }

  /** Opens nothing yet. */
  public PackStore(Configuration conf, Index index) {
    this.conf = conf;
    this.index = index;
  }

  /**
   * The pack that holds a blob; the blob begins at the pointer's offset. The array is shared: do
   * not write to it.
   *
   * @throws CorruptDataException if the archive has no such pack, or no such bytes in it
   * @throws UserInputException if the pack's file is gone or damaged
   */
  public byte[] pack(PayloadPointer pointer) throws IOException {
    List<String> packs = index.files().getOrDefault(pointer.runId(), List.of());
    if (pointer.pack() < 0 || pointer.pack() >= packs.size()) {
      throw new CorruptDataException(
          "pack %d of run %s is not in the archive".formatted(pointer.pack(), pointer.runId()));
    }
    String path = packs.get(pointer.pack());
    if (!path.equals(cached)) {
      data = load(path);
      cached = path;
    }
    if (pointer.offset() < 0
        || pointer.length() < 0
        || pointer.length() > data.length - pointer.offset()) {
      throw new CorruptDataException(
          "blob %d+%d lies outside of %s with %d bytes"
              .formatted(pointer.offset(), pointer.length(), path, data.length));
    }
    return data;
  }

  private byte[] load(String path) throws IOException {
    List<Row> rows = ParquetRows.read(conf, new Path(index.root(), path), Table.PAYLOADS);
    byte[] bytes = rows.size() == 1 ? rows.get(0).binary("data") : null;
    if (bytes == null || !Arrays.equals(Digests.sha256Bytes(bytes), rows.get(0).binary("sha256"))) {
      throw new UserInputException(
          "Cannot read %s: it is damaged, its SHA-256 is not the stored one. Restore this file from a backup."
              .formatted(path));
    }
    return bytes;
  }
}
