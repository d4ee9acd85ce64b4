package org.zoopress.io;

import org.apache.hadoop.fs.Path;
import org.zoopress.zoo.ZooPaths;

/** Paths that are named by files of foreign origin and must stay below a folder. */
final class Confined {
  private Confined() {}

  /**
   * The path below the folder. Built from parts, not parsed: a name such as {@code file:/etc/x} or
   * {@code a:b} must not be taken for another file system.
   *
   * @param folder qualified
   * @throws org.zoopress.error.BadModelException for a path that leads out, see {@link
   *     ZooPaths#check}
   */
  static Path below(Path folder, String relative) {
    ZooPaths.check(relative);
    String base = folder.toUri().getPath();
    return new Path(
        folder.toUri().getScheme(),
        folder.toUri().getAuthority(),
        base.endsWith("/") ? base + relative : base + "/" + relative);
  }
}
