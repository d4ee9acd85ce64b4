package org.zoopress.job;

import java.util.ArrayList;
import java.util.List;
import org.zoopress.archive.PayloadPointer;
import org.zoopress.io.PackWriter.Blob;
import org.zoopress.io.PackWriter.Pack;

/**
 * Gives each blob its place, in the order in which they are added; knows nothing of partitions or
 * executors.
 */
final class PackLayout {
  private final String runId;
  private final long packBytes;
  private final List<Pack> packs = new ArrayList<>();
  private List<Blob> current = new ArrayList<>();
  private long size;

  PackLayout(String runId, long packBytes) {
    this.runId = runId;
    this.packBytes = packBytes;
  }

  /** Places a blob; a new pack begins where the current one would grow over the limit. */
  PayloadPointer add(Blob blob) {
    if (!current.isEmpty() && size + blob.bytes() > packBytes) {
      close();
    }
    PayloadPointer pointer =
        new PayloadPointer(runId, packs.size(), Math.toIntExact(size), blob.bytes());
    current.add(blob);
    size += blob.bytes();
    return pointer;
  }

  /** All packs; nothing may be added afterwards. */
  List<Pack> finish() {
    close();
    return packs;
  }

  private void close() {
    if (!current.isEmpty()) {
      packs.add(new Pack(packs.size(), current));
      current = new ArrayList<>();
      size = 0;
    }
  }
}
