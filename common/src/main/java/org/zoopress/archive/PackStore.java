package org.zoopress.archive;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.zoopress.archive.ModelBlob.PartPointer;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.error.UserInputException;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedId;
import org.zoopress.method.SharedObject;
import org.zoopress.payload.Payload;

/**
 * Reads blobs from the packs of committed runs, checking each pack's SHA-256. Keeps the two packs
 * that were used last, so that blobs asked for in stored order, and the bases of differences beside
 * them, cost one read a pack; not thread-safe.
 */
public final class PackStore {
  private static final int CACHED_PACKS = 2;

  /** The payload of a network, and that of a tensor that comes between its members. */
  private static final int CACHED_PAYLOADS = 2;

  private final Configuration conf;
  private final Index index;
  private final SharedFactors decoded = new SharedFactors(this::shared);
  private final Map<String, byte[]> cached = new LastUsed<>(CACHED_PACKS);
  private final Map<PayloadPointer, Payload> payloads = new LastUsed<>(CACHED_PAYLOADS);

  /** Keeps the entries that were used last. */
  private static final class LastUsed<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;
    private final int most;

    LastUsed(int most) {
      super(4, 0.75f, true);
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > most;
    }
  }

  /**
   * Files of packs by run id; small, and travels to executors.
   *
   * @param root the archive
   * @param files for each run the pack files' paths relative to the archive, by pack number
   * @param shared the paths of shared objects
   */
  public record Index(String root, Map<String, List<String>> files, Map<SharedId, String> shared)
      implements Serializable {

    /** The packs that these manifests name. */
    public static Index of(Path root, Iterable<Manifest> manifests) {
      Map<String, List<String>> files = new HashMap<>();
      Map<SharedId, String> shared = new HashMap<>();
      for (Manifest manifest : manifests) {
        List<String> packs =
            manifest.files(Table.PAYLOADS).stream().map(Manifest.DataFile::path).sorted().toList();
        if (!packs.isEmpty()) {
          files.put(manifest.runId(), packs);
        }
        for (Manifest.DataFile file : manifest.shared()) {
          shared.put(sharedId(file.path()), file.path());
        }
      }
      return new Index(root.toString(), files, shared);
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
    byte[] data = cached.get(path);
    if (data == null) {
      data = load(path);
      cached.put(path, data);
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

  /**
   * The payload that lies there, decoded as far as its factors. One with several members is kept
   * for them.
   *
   * @throws CorruptDataException if there is no payload
   * @throws UserInputException if a file is gone or damaged
   */
  public Payload payload(PayloadPointer pointer) throws IOException {
    Payload payload = payloads.get(pointer);
    if (payload == null) {
      payload = Payload.decode(pack(pointer), pointer.offset(), pointer.length(), decoded);
      if (payload.members().size() > 1) {
        payloads.put(pointer, payload);
      }
    }
    return payload;
  }

  /**
   * Elements of a part of a tensor, in its own dtype, little-endian, row-major.
   *
   * @throws CorruptDataException if there is no such part, or its base cannot be one
   * @throws UserInputException if a file is gone or damaged
   */
  public byte[] restore(PartPointer part) throws IOException {
    return restore(part, payload(part.payload()));
  }

  /** The same with the part's payload given, for callers that want several of its members. */
  public byte[] restore(PartPointer part, Payload payload) throws IOException {
    return part.isDelta()
        ? payload.restore(part.member(), payload(part.base().payload()), part.base().member())
        : payload.restore(part.member());
  }

  /** The id in a shared object's path: the first digits of its file's name. */
  public static SharedId sharedId(String path) {
    String name = new Path(path).getName();
    return SharedId.ofHex(name.substring(0, 2 * Long.BYTES));
  }

  /**
   * The shared object of that id.
   *
   * @throws CorruptDataException if the archive has none
   * @throws UserInputException if its file is gone or damaged
   */
  public SharedObject shared(SharedId id) {
    String path = index.shared().get(id);
    if (path == null) {
      throw new CorruptDataException("shared object %s is not in the archive".formatted(id));
    }
    Path file = new Path(index.root(), path);
    byte[] content;
    try (FSDataInputStream in = ParquetRows.fileSystem(conf, file).open(file)) {
      content = in.readAllBytes();
    } catch (FileNotFoundException e) {
      throw new UserInputException(
          "Cannot read %s: there is no such file. Check the file system, or restore this file from a backup."
              .formatted(file),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read shared object " + file, e);
    }
    if (!file.getName().startsWith(HexFormat.of().formatHex(Digests.sha256Bytes(content)))) {
      throw new UserInputException(
          "Cannot read %s: it is damaged, its SHA-256 is not its name. Restore this file from a backup."
              .formatted(path));
    }
    return SharedObject.of(content);
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
