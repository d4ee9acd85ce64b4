package org.zoopress.job;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zoopress.archive.Digests;
import org.zoopress.datafree.ProbeCache;
import org.zoopress.io.WholeFile;

/**
 * Probes and sensitivities of networks in a staging folder, a file each, whole or not at all: what
 * a killed task had made, its next attempt need not make again, nor a bench for each of its runs.
 */
record ProbeFolder(FileSystem fs, Path folder) implements ProbeCache {
  private static final Logger LOG = LoggerFactory.getLogger(ProbeFolder.class);

  @Override
  public Optional<byte[]> get(String key) {
    try (FSDataInputStream in = fs.open(file(key))) {
      return Optional.of(in.readAllBytes());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.warn("Probes are made again: cannot read {}", file(key), e);
      return Optional.empty();
    }
  }

  @Override
  public void put(String key, byte[] bytes) {
    try {
      WholeFile.write(fs, file(key), out -> out.write(bytes));
    } catch (IOException e) {
      LOG.warn("Probes are not kept: cannot write {}", file(key), e);
    }
  }

  private Path file(String key) {
    return new Path(folder, Digests.sha256(List.of(key)) + ".probes");
  }
}
