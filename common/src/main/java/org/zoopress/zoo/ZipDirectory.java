package org.zoopress.zoo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Directory of a zip archive whose entries are stored without compression, as PyTorch writes them,
 * so that every entry is a range of bytes of the file. The central directory decides; each local
 * header must agree with it, and no two entries may share bytes.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE.TXT</a>,
 *     sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16, 4.5.3
 */
final class ZipDirectory {
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int CENTRAL_SIGNATURE = 0x02014b50;
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int END64_LOCATOR_SIGNATURE = 0x07064b50;
  private static final int LOCAL_BYTES = 30;
  private static final int CENTRAL_BYTES = 46;
  private static final int END_BYTES = 22;
  private static final int END64_BYTES = 56;
  private static final int END64_LOCATOR_BYTES = 20;
  private static final int ENCRYPTED = 1;
  private static final int DATA_DESCRIPTOR = 1 << 3;
  private static final long UNSIGNED_INT = 0xFFFFFFFFL;

  /** Records of a checkpoint that hold no tensor: pickles, versions, code. */
  private static final int OTHER_RECORDS = 10_000;

  private final ByteSource source;
  private final ReaderLimits limits;
  private final TensorChecks checks;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /**
   * One entry.
   *
   * @param header first byte of its local header
   * @param offset first byte of its content
   */
  record Entry(String name, long header, long offset, long bytes) {}

  /**
   * What the central directory says of an entry, sizes and offset from the zip64 field if there.
   */
  private record Central(
      String name, int flags, int method, long stored, long bytes, long localOffset) {}

  private record End(long entries, long directoryBytes, long directoryOffset) {}

  private ZipDirectory(ByteSource source, ReaderLimits limits) {
    this.source = source;
    this.limits = limits;
    this.checks = new TensorChecks(source.path(), limits);
  }

  /** Whether the file starts as a zip archive does. */
  static boolean isZip(ByteSource source) throws IOException {
    return source.length() >= END_BYTES
        && bytes(source, 0, Integer.BYTES).getInt() == LOCAL_SIGNATURE;
  }

  static ZipDirectory read(ByteSource source, ReaderLimits limits) throws IOException {
    ZipDirectory directory = new ZipDirectory(source, limits);
    directory.readEntries(directory.findEnd());
    return directory;
  }

  Collection<Entry> entries() {
    return entries.values();
  }

  Optional<Entry> entry(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  private End findEnd() throws IOException {
    long length = source.length();
    int tailBytes = (int) Math.min(length, END_BYTES + 0xFFFF);
    long tailStart = length - tailBytes;
    ByteBuffer tail = bytes(source, tailStart, tailBytes);
    for (int at = tailBytes - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END_SIGNATURE
          && at + END_BYTES + (tail.getShort(at + 20) & 0xFFFF) == tailBytes) {
        return end(tail, at, tailStart + at);
      }
    }
    throw checks.bad("its zip directory is missing (truncated, or trailing bytes?)");
  }

  private End end(ByteBuffer tail, int at, long position) throws IOException {
    End end =
        new End(
            tail.getShort(at + 10) & 0xFFFF,
            tail.getInt(at + 12) & UNSIGNED_INT,
            tail.getInt(at + 16) & UNSIGNED_INT);
    long directoryEnd = position;
    long locator = position - END64_LOCATOR_BYTES;
    if (locator >= 0) {
      ByteBuffer found = bytes(source, locator, END64_LOCATOR_BYTES);
      if (found.getInt() == END64_LOCATOR_SIGNATURE) {
        long end64 = found.getLong(8);
        if (end64 < 0 || end64 > locator - END64_BYTES) {
          throw checks.bad("its zip64 directory end lies outside of the file, at byte %d", end64);
        }
        ByteBuffer record = bytes(source, end64, END64_BYTES);
        if (record.getInt() != END64_SIGNATURE) {
          throw checks.bad("it has no zip64 directory end at byte %d", end64);
        }
        end = new End(record.getLong(32), record.getLong(40), record.getLong(48));
        directoryEnd = end64;
      }
    }
    if (end.directoryOffset < 0
        || end.directoryBytes < 0
        || end.directoryOffset > directoryEnd
        || end.directoryBytes != directoryEnd - end.directoryOffset) {
      throw checks.bad(
          "its zip directory claims %d bytes from %d, its end lies at byte %d",
          end.directoryBytes, end.directoryOffset, directoryEnd);
    }
    if (end.directoryBytes > limits.maxHeaderBytes()) {
      throw checks.beyond(
          "its zip directory has %d bytes, at most %d are allowed",
          end.directoryBytes, limits.maxHeaderBytes());
    }
    if (end.entries < 0 || end.entries > (long) limits.maxTensors() + OTHER_RECORDS) {
      throw checks.beyond(
          "it has %s zip entries, at most %d are allowed",
          Long.toUnsignedString(end.entries), (long) limits.maxTensors() + OTHER_RECORDS);
    }
    return end;
  }

  private void readEntries(End end) throws IOException {
    ByteBuffer directory = bytes(source, end.directoryOffset, (int) end.directoryBytes);
    while (directory.hasRemaining()) {
      Central central = central(directory);
      Entry entry = checkLocal(central, end.directoryOffset);
      if (entries.put(entry.name, entry) != null) {
        throw checks.bad("it has two zip entries '%s'", TensorChecks.shown(entry.name));
      }
    }
    if (entries.size() != end.entries) {
      throw checks.bad(
          "its zip directory claims %d entries and lists %d", end.entries, entries.size());
    }
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparingLong(Entry::header));
    for (int i = 1; i < sorted.size(); i++) {
      Entry before = sorted.get(i - 1);
      if (sorted.get(i).header < before.offset + before.bytes) {
        throw checks.bad(
            "its zip entries '%s' and '%s' overlap",
            TensorChecks.shown(before.name), TensorChecks.shown(sorted.get(i).name));
      }
    }
  }

  private Central central(ByteBuffer in) {
    if (in.remaining() < CENTRAL_BYTES || in.getInt(in.position()) != CENTRAL_SIGNATURE) {
      throw checks.bad("its zip directory is damaged after %d bytes", in.position());
    }
    int at = in.position();
    int nameBytes = in.getShort(at + 28) & 0xFFFF;
    int extraBytes = in.getShort(at + 30) & 0xFFFF;
    int commentBytes = in.getShort(at + 32) & 0xFFFF;
    if (in.remaining() < CENTRAL_BYTES + nameBytes + extraBytes + commentBytes) {
      throw checks.bad("its zip directory is damaged after %d bytes", at);
    }
    String name = new String(in.array(), at + CENTRAL_BYTES, nameBytes, StandardCharsets.UTF_8);
    long stored = in.getInt(at + 20) & UNSIGNED_INT;
    long bytes = in.getInt(at + 24) & UNSIGNED_INT;
    long localOffset = in.getInt(at + 42) & UNSIGNED_INT;
    if (stored == UNSIGNED_INT || bytes == UNSIGNED_INT || localOffset == UNSIGNED_INT) {
      ByteBuffer wide = zip64Field(in, at + CENTRAL_BYTES + nameBytes, extraBytes, name);
      bytes = bytes == UNSIGNED_INT ? wideNumber(wide, name) : bytes;
      stored = stored == UNSIGNED_INT ? wideNumber(wide, name) : stored;
      localOffset = localOffset == UNSIGNED_INT ? wideNumber(wide, name) : localOffset;
    }
    in.position(at + CENTRAL_BYTES + nameBytes + extraBytes + commentBytes);
    return new Central(
        name,
        in.getShort(at + 8) & 0xFFFF,
        in.getShort(at + 10) & 0xFFFF,
        stored,
        bytes,
        localOffset);
  }

  /** The extra field of wide numbers, id 1. */
  private ByteBuffer zip64Field(ByteBuffer in, int start, int bytes, String name) {
    int at = start;
    int end = start + bytes;
    while (end - at >= 4) {
      int id = in.getShort(at) & 0xFFFF;
      int fieldBytes = in.getShort(at + 2) & 0xFFFF;
      if (fieldBytes > end - at - 4) {
        break;
      }
      if (id == 1) {
        return in.slice(at + 4, fieldBytes).order(ByteOrder.LITTLE_ENDIAN);
      }
      at += 4 + fieldBytes;
    }
    throw checks.bad("its zip entry '%s' lacks its zip64 sizes", TensorChecks.shown(name));
  }

  private long wideNumber(ByteBuffer wide, String name) {
    if (wide.remaining() < Long.BYTES) {
      throw checks.bad("its zip entry '%s' lacks its zip64 sizes", TensorChecks.shown(name));
    }
    return wide.getLong();
  }

  private Entry checkLocal(Central central, long directoryOffset) throws IOException {
    String name = TensorChecks.shown(central.name);
    if (central.method != 0 || central.stored != central.bytes) {
      throw checks.bad(
          "its zip entry '%s' is compressed (method %d), PyTorch only stores",
          name, central.method);
    }
    if ((central.flags & ENCRYPTED) != 0) {
      throw checks.bad("its zip entry '%s' is encrypted", name);
    }
    byte[] expected = central.name.getBytes(StandardCharsets.UTF_8);
    int headerBytes = LOCAL_BYTES + expected.length;
    if (central.localOffset < 0 || central.localOffset > directoryOffset - headerBytes) {
      throw checks.bad(
          "its zip entry '%s' lies outside of the file, at byte %d", name, central.localOffset);
    }
    ByteBuffer local = bytes(source, central.localOffset, headerBytes);
    int nameBytes = local.getShort(26) & 0xFFFF;
    boolean same =
        local.getInt(0) == LOCAL_SIGNATURE
            && (local.getShort(6) & 0xFFFF) == central.flags
            && local.getShort(8) == 0
            && nameBytes == expected.length
            && ByteBuffer.wrap(expected).equals(local.slice(LOCAL_BYTES, expected.length))
            && sizeAgrees(local.getInt(18) & UNSIGNED_INT, central)
            && sizeAgrees(local.getInt(22) & UNSIGNED_INT, central);
    if (!same) {
      throw checks.bad("the local header of its zip entry '%s' contradicts the directory", name);
    }
    long offset = central.localOffset + headerBytes + (local.getShort(28) & 0xFFFF);
    if (central.bytes < 0 || offset > directoryOffset - central.bytes) {
      throw checks.bad(
          "its zip entry '%s' of %d bytes from byte %d runs into the directory",
          name, central.bytes, offset);
    }
    return new Entry(central.name, central.localOffset, offset, central.bytes);
  }

  /** The local size may be in a zip64 field, or in a descriptor after the data. */
  private static boolean sizeAgrees(long local, Central central) {
    return local == central.bytes
        || local == UNSIGNED_INT
        || local == 0 && (central.flags & DATA_DESCRIPTOR) != 0;
  }

  private static ByteBuffer bytes(ByteSource source, long position, int count) throws IOException {
    byte[] bytes = new byte[count];
    source.readFully(position, bytes, 0, count);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
