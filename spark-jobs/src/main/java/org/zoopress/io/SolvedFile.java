package org.zoopress.io;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.zoopress.allocate.Candidate;
import org.zoopress.method.SharedId;

/**
 * A staged file with the candidates that one task solved: payloads, then an index, then the index's
 * length, its CRC32C and a magic number. A file that was cut short has no valid end and counts as
 * absent, so a killed run loses at most the tasks that were at work.
 */
public final class SolvedFile {
  private static final int MAGIC = 0x5A505332;
  private static final int TRAILER_BYTES = 12;

  /** A reason is a message for people; {@code writeUTF} takes at most 64 KiB. */
  private static final int MAX_REASON = 4000;

  private SolvedFile() {}

  /** Writes one file as units are solved. */
  public static final class Writer implements AutoCloseable {
    private final FileSystem fs;
    private final Path target;
    private final Path partial;
    private final FSDataOutputStream out;
    private final List<SolvedUnit> units = new ArrayList<>();

    /** Creates {@code target}, which appears only when {@link #finish} is called. */
    public Writer(FileSystem fs, Path target) throws IOException {
      this.fs = fs;
      this.target = target;
      this.partial = WholeFile.partial(target);
      this.out = fs.create(partial, true);
    }

    /** Writes the payloads of a unit under its {@link UnitPlan#solutionKey}. */
    public void add(String key, List<Candidate> candidates) throws IOException {
      List<SolvedUnit.Solution> solutions = new ArrayList<>();
      for (Candidate candidate : candidates) {
        long offset = out.getPos();
        out.write(candidate.payload());
        solutions.add(
            new SolvedUnit.Solution(
                candidate.method(),
                candidate.operatingPoint(),
                candidate.status().name().toLowerCase(Locale.ROOT),
                candidate.reason(),
                target.getName(),
                offset,
                candidate.payload().length,
                candidate.squaredErrors(),
                candidate.squaredNorms(),
                candidate.restoredKeys(),
                candidate.shared(),
                candidate.paperBytes(),
                candidate.seconds()));
      }
      units.add(new SolvedUnit(key, "", "", solutions));
    }

    /** Makes the file complete and returns what is in it. */
    public List<SolvedUnit> finish() throws IOException {
      byte[] index = encode(units);
      out.write(index);
      out.writeInt(index.length);
      out.writeInt(crc(index));
      out.writeInt(MAGIC);
      out.close();
      WholeFile.complete(fs, partial, target);
      return units;
    }

    @Override
    public void close() throws IOException {
      out.close();
      if (fs.exists(partial)) {
        fs.delete(partial, false);
      }
    }
  }

  /** Reads the index; empty if the file is incomplete or damaged. */
  public static Optional<List<SolvedUnit>> readIndex(FileSystem fs, Path file) throws IOException {
    long length = fs.getFileStatus(file).getLen();
    if (length < TRAILER_BYTES) {
      return Optional.empty();
    }
    try (FSDataInputStream in = fs.open(file)) {
      in.seek(length - TRAILER_BYTES);
      int size = in.readInt();
      int crc = in.readInt();
      if (in.readInt() != MAGIC || size < 0 || size > length - TRAILER_BYTES) {
        return Optional.empty();
      }
      byte[] index = new byte[size];
      in.readFully(length - TRAILER_BYTES - size, index);
      return crc(index) == crc ? Optional.of(decode(index, file.getName())) : Optional.empty();
    }
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static byte[] encode(List<SolvedUnit> units) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(units.size());
    for (SolvedUnit unit : units) {
      out.writeUTF(unit.key());
      out.writeInt(unit.solutions().size());
      for (SolvedUnit.Solution s : unit.solutions()) {
        out.writeUTF(s.method());
        out.writeUTF(s.operatingPoint());
        out.writeUTF(s.status());
        out.writeUTF(s.reason().substring(0, Math.min(s.reason().length(), MAX_REASON)));
        out.writeLong(s.offset());
        out.writeInt(s.length());
        out.writeInt(s.restoredKeys().length);
        for (int m = 0; m < s.restoredKeys().length; m++) {
          out.writeDouble(s.squaredErrors()[m]);
          out.writeDouble(s.squaredNorms()[m]);
          out.writeUTF(s.restoredKeys()[m]);
        }
        out.writeInt(s.shared().size());
        for (SharedId id : s.shared()) {
          out.writeLong(id.value());
        }
        out.writeLong(s.paperBytes());
        out.writeDouble(s.seconds());
      }
    }
    return bytes.toByteArray();
  }

  private static List<SolvedUnit> decode(byte[] index, String file) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(index));
    int count = in.readInt();
    List<SolvedUnit> units = new ArrayList<>();
    for (int u = 0; u < count; u++) {
      String key = in.readUTF();
      int solutions = in.readInt();
      List<SolvedUnit.Solution> list = new ArrayList<>();
      for (int i = 0; i < solutions; i++) {
        String method = in.readUTF();
        String point = in.readUTF();
        String status = in.readUTF();
        String reason = in.readUTF();
        long offset = in.readLong();
        int length = in.readInt();
        int members = in.readInt();
        double[] errors = new double[members];
        double[] norms = new double[members];
        String[] keys = new String[members];
        for (int m = 0; m < members; m++) {
          errors[m] = in.readDouble();
          norms[m] = in.readDouble();
          keys[m] = in.readUTF();
        }
        SharedId[] shared = new SharedId[in.readInt()];
        for (int k = 0; k < shared.length; k++) {
          shared[k] = new SharedId(in.readLong());
        }
        list.add(
            new SolvedUnit.Solution(
                method,
                point,
                status,
                reason,
                file,
                offset,
                length,
                errors,
                norms,
                keys,
                List.of(shared),
                in.readLong(),
                in.readDouble()));
      }
      units.add(new SolvedUnit(key, "", "", list));
    }
    return units;
  }
}
