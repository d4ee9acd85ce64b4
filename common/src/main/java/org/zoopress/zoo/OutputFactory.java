package org.zoopress.zoo;

import java.io.IOException;
import java.io.OutputStream;

/** Creates the files that a model is written to. */
@FunctionalInterface
public interface OutputFactory {
  /**
   * Creates a file and the folders above it.
   *
   * @param path relative, with {@code /} between the names, as {@link ZooPaths#check} allows
   */
  OutputStream create(String path) throws IOException;
}
