package org.zoopress.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zoopress.error.UserInputException;

/**
 * Keeps a second driver of the same run out. The holder renews the file's modification time; a
 * lease whose process is known to be dead (same host) or that was not renewed for its whole term
 * may be taken over.
 */
public final class Lease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileSystem fs;
  private final Path file;
  private final String owner;
  private final ScheduledExecutorService renewal;
  private final AtomicBoolean lost = new AtomicBoolean();

  private Lease(FileSystem fs, Path file, String owner, Duration term) {
    this.fs = fs;
    this.file = file;
    this.owner = owner;
    this.renewal =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "zoopress-lease");
              thread.setDaemon(true);
              return thread;
            });
    long period = Math.max(1, term.toMillis() / 4);
    var unused = renewal.scheduleWithFixedDelay(this::renew, period, period, TimeUnit.MILLISECONDS);
  }

  /**
   * Takes the lease.
   *
   * @param term after so long without renewal the lease of a dead holder on another host may be
   *     taken
   * @throws UserInputException if a living driver holds it
   */
  public static Lease acquire(FileSystem fs, Path file, Duration term) throws IOException {
    String owner = UUID.randomUUID().toString();
    byte[] content = content(owner);
    for (int attempt = 0; attempt < 3; attempt++) {
      try (OutputStream out = fs.create(file, false)) {
        out.write(content);
        out.close();
        return new Lease(fs, file, owner, term);
      } catch (FileAlreadyExistsException e) {
        evictIfDead(fs, file, term);
      } catch (IOException e) {
        if (!fs.exists(file)) {
          throw e;
        }
        evictIfDead(fs, file, term);
      }
    }
    throw new UserInputException(
        "Cannot start the run: several drivers compete for %s. Start one of them again."
            .formatted(file));
  }

  /**
   * Throws if another driver has taken the lease over, for instance while this one was suspended;
   * called before the commit.
   */
  public void check() throws IOException {
    if (lost.get() || !owner(fs, file).equals(Optional.of(owner))) {
      throw new UserInputException(
          "Cannot go on: another driver has taken over %s while this one did not answer. Its result will be used."
              .formatted(file));
    }
  }

  @Override
  public void close() throws IOException {
    renewal.shutdownNow();
    if (owner(fs, file).equals(Optional.of(owner))) {
      fs.delete(file, false);
    }
  }

  private void renew() {
    try {
      if (owner(fs, file).equals(Optional.of(owner))) {
        fs.setTimes(file, System.currentTimeMillis(), -1);
      } else {
        lost.set(true);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("Cannot renew {}: {}", file, e.toString());
    }
  }

  private static byte[] content(String owner) throws IOException {
    ProcessHandle self = ProcessHandle.current();
    return JSON.writeValueAsBytes(
        Map.of(
            "owner", owner,
            "host", host(),
            "pid", self.pid(),
            "process_started", startOf(self)));
  }

  /**
   * This machine, or this container on it: process ids mean something only where they were given.
   * Read from the kernel, because a machine's name need not resolve.
   */
  static String host() {
    StringBuilder host = new StringBuilder();
    for (String file : List.of("/proc/sys/kernel/hostname", "/proc/sys/kernel/random/boot_id")) {
      try {
        host.append(Files.readString(java.nio.file.Path.of(file)).strip()).append('/');
      } catch (IOException e) {
        return UUID.randomUUID().toString(); // unknown: never the same host as another's
      }
    }
    try {
      return host.append(Files.readSymbolicLink(java.nio.file.Path.of("/proc/self/ns/pid")))
          .toString();
    } catch (IOException e) {
      return UUID.randomUUID().toString();
    }
  }

  private static String startOf(ProcessHandle process) {
    return process.info().startInstant().map(Object::toString).orElse("");
  }

  private static Optional<String> owner(FileSystem fs, Path file) throws IOException {
    return read(fs, file).map(lease -> lease.path("owner").asText());
  }

  private static Optional<JsonNode> read(FileSystem fs, Path file) throws IOException {
    try (FSDataInputStream in = fs.open(file)) {
      return Optional.of(JSON.readTree(in.readAllBytes()));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.of(JSON.createObjectNode()); // being written, or killed while it wrote
    }
  }

  private static void evictIfDead(FileSystem fs, Path file, Duration term) throws IOException {
    Optional<JsonNode> found = read(fs, file);
    if (found.isEmpty()) {
      return;
    }
    JsonNode lease = found.get();
    long age;
    try {
      age = System.currentTimeMillis() - fs.getFileStatus(file).getModificationTime();
    } catch (FileNotFoundException e) {
      return; // given back meanwhile
    }
    if (isDead(lease, age, term)) {
      if (!read(fs, file).equals(found)) {
        return; // somebody else took it over meanwhile
      }
      LOG.warn("Taking over {}: its driver is gone", file);
      fs.delete(file, false);
      return;
    }
    throw new UserInputException(
        "Cannot start the run: %s works on it (%s, renewed %d s ago). Wait for it, or end it."
            .formatted(holder(lease), file, age / 1000));
  }

  private static boolean isDead(JsonNode lease, long age, Duration term) {
    boolean sameHost = lease.path("host").asText().equals(host());
    boolean alive =
        ProcessHandle.of(lease.path("pid").asLong(-1))
            .filter(ProcessHandle::isAlive)
            .map(Lease::startOf)
            .filter(start -> start.equals(lease.path("process_started").asText()))
            .isPresent();
    return (sameHost && !alive) || age > term.toMillis();
  }

  private static String holder(JsonNode lease) {
    return lease.has("owner")
        ? "driver %s on %s".formatted(lease.path("pid").asText(), lease.path("host").asText())
        : "a driver that has not told its name";
  }

  /**
   * Who holds a lease, in words; empty if nobody does who is not known to be dead. Takes and
   * changes nothing.
   */
  public static Optional<String> holder(FileSystem fs, Path file, Duration term)
      throws IOException {
    Optional<JsonNode> found = read(fs, file);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try {
      long age = System.currentTimeMillis() - fs.getFileStatus(file).getModificationTime();
      return isDead(found.get(), age, term) ? Optional.empty() : Optional.of(holder(found.get()));
    } catch (FileNotFoundException e) {
      return Optional.empty(); // given back meanwhile
    }
  }
}
