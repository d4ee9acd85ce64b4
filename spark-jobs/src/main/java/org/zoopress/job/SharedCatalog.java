package org.zoopress.job;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.zoopress.archive.ArchivePaths;
import org.zoopress.archive.Manifest;
import org.zoopress.archive.Manifest.DataFile;
import org.zoopress.archive.PackStore;
import org.zoopress.method.SharedId;
import org.zoopress.method.SharedObject;

/**
 * The shared objects that a run may refer to: those that the archive has, and those that the run
 * offers to its solvers.
 */
final class SharedCatalog {
  private final Map<SharedId, DataFile> stored = new HashMap<>();
  private final Map<SharedId, SharedObject> offered = new HashMap<>();

  /**
   * Objects on their way to executors: as bytes, since Kryo, which serializes broadcasts, cannot
   * rebuild immutable lists.
   */
  static Broadcast<byte[][]> broadcast(JavaSparkContext spark, List<SharedObject> objects) {
    return spark.broadcast(objects.stream().map(SharedObject::content).toArray(byte[][]::new));
  }

  /** The objects of a broadcast. */
  static List<SharedObject> received(Broadcast<byte[][]> objects) {
    return Arrays.stream(objects.value()).map(SharedObject::of).toList();
  }

  /** What the committed runs of an archive refer to. */
  SharedCatalog(List<Manifest> committed) {
    for (Manifest manifest : committed) {
      manifest.shared().forEach(file -> stored.put(PackStore.sharedId(file.path()), file));
    }
  }

  /** Objects that the run's solvers may use, new ones or such that the archive has. */
  void offer(List<SharedObject> objects) {
    objects.forEach(object -> offered.put(object.id(), object));
  }

  /** All that the run's solvers may use, in the order of their ids. */
  List<SharedObject> offered() {
    return offered.keySet().stream().sorted().map(offered::get).toList();
  }

  /** Whether the archive has it or the run offers it. */
  boolean isKnown(SharedId id) {
    return stored.containsKey(id) || offered.containsKey(id);
  }

  /** The object, if the run offers it; else null. */
  SharedObject object(SharedId id) {
    return offered.get(id);
  }

  /** The objects of at most that many bytes that committed runs refer to, in order of their ids. */
  List<SharedId> stored(long mostBytes) {
    return stored.keySet().stream().filter(id -> bytes(id) <= mostBytes).sorted().toList();
  }

  /** Whether a committed run has stored it. */
  boolean isStored(SharedId id) {
    return stored.containsKey(id);
  }

  /** Its file in the archive, there or to be. */
  DataFile file(SharedId id) {
    DataFile file = stored.get(id);
    if (file != null) {
      return file;
    }
    SharedObject object = offered.get(id);
    return new DataFile(Manifest.SHARED, ArchivePaths.relative(object), object.content().length);
  }

  /** Bytes of its file. */
  long bytes(SharedId id) {
    return file(id).bytes();
  }
}
