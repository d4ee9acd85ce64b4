package org.zoopress.job;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.zoopress.archive.ArchivePaths;
import org.zoopress.archive.Lease;
import org.zoopress.error.UserInputException;

/** The lease of whoever works on an archive, in its folder of staging, which the collector sees. */
final class ArchiveLease {
  private ArchiveLease() {}

  /**
   * Takes it, unless the collector is at work.
   *
   * @param staging name of the folder of staging
   * @param term see {@link Lease#acquire}
   * @throws UserInputException if another driver has that folder, or the collector is at work
   */
  static Lease acquire(FileSystem fs, ArchivePaths paths, String staging, Duration term)
      throws IOException {
    fs.mkdirs(paths.staging(staging));
    Lease lease = Lease.acquire(fs, new Path(paths.staging(staging), "lease.json"), term);
    try {
      Optional<String> collector = Lease.holder(fs, paths.collectorLease(), term);
      if (collector.isPresent()) {
        // Seen from here or from there: the collector looks for runs once it has its lease.
        throw new UserInputException(
            "Cannot start the run: gc deletes files of archive %s (%s). Wait for it, or end it."
                .formatted(paths.root(), collector.get()));
      }
      return lease;
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
  }
}
