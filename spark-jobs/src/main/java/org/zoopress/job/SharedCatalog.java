package org.zoopress.job;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.zoopress.archive.ArchivePaths;
import org.zoopress.archive.Digests;
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

  /** Names the set of all that is offered; empty if nothing is. */
  String offeredKey() {
    return offered.isEmpty()
        ? ""
        : Digests.sha256(offered.keySet().stream().sorted().map(SharedId::toString).toList())
                .substring(0, 16)
            + "-";
  }

  /** The object, to be written. */
  SharedObject object(SharedId id) {
    return offered.get(id);
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
