package org.zoopress.evaluate;

import java.io.Closeable;
import java.io.IOException;
import java.nio.FloatBuffer;

/**
 * The preprocessed samples of one shard, in a fixed order; each is handed out once. Not
 * thread-safe.
 */
public interface SampleBatchSource extends Closeable {
  /** Shape of every sample. */
  SampleShape shape();

  /**
   * Reads the next samples.
   *
   * @param pixels target; the samples are appended at its position, one after the other, and must
   *     fit in what remains
   * @param classes receives the network's class of each sample (its label plus the descriptor's
   *     {@code classOffset}); its length is the most that is read
   * @return number of samples read, fewer than {@code classes.length} only at the end of the shard;
   *     0 if there are none left
   * @throws org.zoopress.error.UserInputException if the files are broken, with the place
   */
  int read(FloatBuffer pixels, int[] classes) throws IOException;
}
