package org.zoopress.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zoopress.error.UserInputException;

/** One driver a run. */
class LeaseTest {
  private static final Duration TERM = Duration.ofMinutes(2);

  @TempDir java.nio.file.Path folder;
  private java.nio.file.Path local;
  private Path file;
  private FileSystem fs;

  @BeforeEach
  void open() throws IOException {
    local = folder.resolve("staging/lease.json");
    file = new Path(local.toUri());
    fs = ParquetRows.fileSystem(new Configuration(), file);
  }

  private void leaseOf(String host, long pid, String started) throws IOException {
    Files.createDirectories(local.getParent());
    Files.write(
        local,
        new ObjectMapper()
            .writeValueAsBytes(
                Map.of("owner", "other", "host", host, "pid", pid, "process_started", started)));
  }

  private void lastRenewed(Duration ago) throws IOException {
    Files.setLastModifiedTime(local, FileTime.from(Instant.now().minus(ago)));
  }

  private static String thisHost() throws IOException {
    return Lease.host();
  }

  @Test
  void aSecondDriverIsRefusedUntilTheFirstIsDone() throws IOException {
    try (Lease first = Lease.acquire(fs, file, TERM)) {
      first.check();
      assertThatThrownBy(() -> Lease.acquire(fs, file, TERM))
          .isInstanceOf(UserInputException.class)
          .hasMessageMatching(
              "Cannot start the run: driver %d on .+ works on it \\(file:.*/lease.json, renewed \\d+ s ago\\)\\. Wait for it, or end it\\."
                  .formatted(ProcessHandle.current().pid()));
      first.check();
    }
    assertThat(local).doesNotExist();
    Lease.acquire(fs, file, TERM).close();
  }

  @Test
  void theLeaseOfADeadProcessOfThisHostIsTaken() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    String started = dead.info().startInstant().map(Object::toString).orElse("");
    dead.waitFor();
    leaseOf(thisHost(), dead.pid(), started);
    try (Lease lease = Lease.acquire(fs, file, TERM)) {
      lease.check();
    }
  }

  @Test
  void aProcessThatGotTheNumberOfADeadOneHoldsNothing() throws IOException {
    leaseOf(thisHost(), ProcessHandle.current().pid(), "1999-12-31T00:00:00Z");
    try (Lease lease = Lease.acquire(fs, file, TERM)) {
      lease.check();
    }
  }

  @Test
  void anotherHostsLeaseIsTakenWhenItsTermIsOver() throws IOException {
    leaseOf("elsewhere", 7, "");
    lastRenewed(TERM.minusSeconds(60));
    assertThatThrownBy(() -> Lease.acquire(fs, file, TERM))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining("driver 7 on elsewhere works on it")
        .hasMessageContaining("renewed 60 s ago");
    lastRenewed(TERM.plusSeconds(1));
    try (Lease lease = Lease.acquire(fs, file, TERM)) {
      lease.check();
    }
  }

  @Test
  void aHalfWrittenLeaseIsWaitedForAndThenTaken() throws IOException {
    Files.createDirectories(local.getParent());
    for (String half : new String[] {"", "{\"owner\":\"ot"}) {
      Files.writeString(local, half);
      assertThatThrownBy(() -> Lease.acquire(fs, file, TERM))
          .isInstanceOf(UserInputException.class)
          .hasMessageContaining("Cannot start the run: a driver that has not told its name works");
      lastRenewed(TERM.plusSeconds(1));
      Lease.acquire(fs, file, TERM).close();
    }
  }

  @Test
  void aLeaseThatWasTakenOverIsNoticedAndNotDeleted() throws IOException {
    Lease lease = Lease.acquire(fs, file, TERM);
    leaseOf("elsewhere", 7, "");
    assertThatThrownBy(lease::check)
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining("Cannot go on: another driver has taken over file:")
        .hasMessageContaining("Its result will be used.");
    lease.close();
    assertThat(local).content().contains("elsewhere");
  }

  @Test
  void aLeaseWhoseFileIsGoneIsNoticed() throws IOException {
    try (Lease lease = Lease.acquire(fs, file, TERM)) {
      Files.delete(local);
      assertThatThrownBy(lease::check).isInstanceOf(UserInputException.class);
    }
  }

  @Test
  void renewalKeepsItFresh() throws Exception {
    try (Lease lease = Lease.acquire(fs, file, Duration.ofMillis(400))) {
      lastRenewed(Duration.ofHours(1));
      Instant giveUp = Instant.now().plusSeconds(30);
      while (Files.getLastModifiedTime(local).toInstant().isBefore(Instant.now().minusSeconds(60))
          && Instant.now().isBefore(giveUp)) {
        Thread.sleep(20);
      }
      assertThat(Files.getLastModifiedTime(local).toInstant())
          .isAfter(Instant.now().minusSeconds(60));
      lease.check();
    }
  }

  @Test
  void aLostLeaseStaysLost() throws Exception {
    try (Lease lease = Lease.acquire(fs, file, Duration.ofMillis(40))) {
      String own = Files.readString(local);
      leaseOf("elsewhere", 7, "");
      Thread.sleep(500);
      Files.writeString(local, own);
      assertThatThrownBy(lease::check)
          .as("another driver may have worked meanwhile")
          .isInstanceOf(UserInputException.class);
    }
  }
}
