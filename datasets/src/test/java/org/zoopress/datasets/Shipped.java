package org.zoopress.datasets;

import java.nio.file.Path;

/** Where tests find the files that this module ships. */
public final class Shipped {
  private Shipped() {}

  /** The module's folder, in which Maven and IDEs run its tests. */
  public static Path folder() {
    return Path.of("").toAbsolutePath();
  }
}
