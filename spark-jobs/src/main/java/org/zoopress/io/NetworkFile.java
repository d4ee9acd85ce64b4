package org.zoopress.io;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.DataOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A staged file with the candidates of one network: payloads, then what is known of them as JSON,
 * its length and a magic number. It is there whole or not at all.
 */
public final class NetworkFile {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MAGIC = 0x5A504E31;
  private static final int TRAILER_BYTES = 8;

  private NetworkFile() {}

  /** A candidate with its payload; file and offset are not set yet. */
  public record Content(SolvedUnit.Solution solution, byte[] payload) {}

  /** Where the candidates of a key lie, in the folder of staged candidates. */
  public static Path path(Path folder, String key) {
    return new Path(folder, key + ".network");
  }

  /** Writes the candidates and returns them with their places. */
  public static SolvedNetwork write(
      FileSystem fs, Path folder, String key, List<String> members, List<Content> contents)
      throws IOException {
    Path file = path(folder, key);
    List<SolvedUnit.Solution> placed = new ArrayList<>();
    long offset = 0;
    for (Content content : contents) {
      placed.add(content.solution().at(file.getName(), offset, content.payload().length));
      offset += content.payload().length;
    }
    SolvedNetwork network = new SolvedNetwork(key, members, placed, "");
    byte[] index = JSON.writeValueAsBytes(network);
    WholeFile.write(
        fs,
        file,
        stream -> {
          DataOutputStream out = new DataOutputStream(stream);
          for (Content content : contents) {
            out.write(content.payload());
          }
          out.write(index);
          out.writeInt(index.length);
          out.writeInt(MAGIC);
          out.flush();
        });
    return network;
  }

  /** What was written under the key; empty if nothing was. */
  public static Optional<SolvedNetwork> read(FileSystem fs, Path folder, String key)
      throws IOException {
    Path file = path(folder, key);
    try {
      long length = fs.getFileStatus(file).getLen();
      if (length < TRAILER_BYTES) {
        return Optional.empty();
      }
      try (FSDataInputStream in = fs.open(file)) {
        in.seek(length - TRAILER_BYTES);
        int size = in.readInt();
        if (in.readInt() != MAGIC || size < 0 || size > length - TRAILER_BYTES) {
          return Optional.empty();
        }
        byte[] index = new byte[size];
        in.readFully(length - TRAILER_BYTES - size, index);
        return Optional.of(JSON.readValue(index, SolvedNetwork.class));
      }
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }
}
