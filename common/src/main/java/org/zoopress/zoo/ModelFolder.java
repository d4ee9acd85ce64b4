package org.zoopress.zoo;

import java.io.IOException;

/**
 * The files that a model may read: those below the zoo's folder, named by paths relative to it.
 * Implementations refuse absolute paths, {@code ..} and links that lead out of the folder with
 * {@link org.zoopress.error.BadModelException}.
 */
public interface ModelFolder {
  /**
   * Opens a file; {@code path} is relative to the zoo's folder, with {@code /} between its names.
   */
  ByteSource open(String path) throws IOException;

  /** Whether there is such a file. */
  boolean exists(String path) throws IOException;
}
