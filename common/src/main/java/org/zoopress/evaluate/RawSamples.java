package org.zoopress.evaluate;

import java.io.Closeable;
import java.io.IOException;

/** The stored samples of one shard, one after the other. */
interface RawSamples extends Closeable {
  /** The next sample; the caller knows how many there are. */
  RawSample next() throws IOException;
}
