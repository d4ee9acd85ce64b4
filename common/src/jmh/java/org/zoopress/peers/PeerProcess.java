package org.zoopress.peers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A Python that stays alive and answers one line of JSON with one line of JSON. */
final class PeerProcess implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  private final Path script;
  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;
  private final String name;

  private PeerProcess(Path script, Process process) throws IOException {
    this.script = script;
    this.process = process;
    this.requests = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.name = read().get("peer").asText();
  }

  /** Empty where there is no python3 with numpy. */
  static Optional<PeerProcess> start() throws IOException {
    Path script = Files.createTempFile("peers", ".py");
    try (InputStream in = PeerProcess.class.getResourceAsStream("peers.py")) {
      Files.write(script, in.readAllBytes());
    }
    try {
      ProcessBuilder builder = new ProcessBuilder("python3", script.toString());
      builder.environment().put("OPENBLAS_NUM_THREADS", "1");
      builder.environment().put("OMP_NUM_THREADS", "1");
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
      return Optional.of(new PeerProcess(script, builder.start()));
    } catch (IOException e) {
      Files.deleteIfExists(script);
      return Optional.empty();
    }
  }

  /** Python's libraries with their versions. */
  String name() {
    return name;
  }

  JsonNode ask(ObjectNode request) {
    try {
      requests.write(JSON.writeValueAsString(request));
      requests.newLine();
      requests.flush();
      return read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode read() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the peer ended");
    }
    return JSON.readTree(line);
  }

  @Override
  public void close() throws IOException {
    requests.close(); // the script ends with its input
    process.destroy();
    Files.deleteIfExists(script);
  }
}
