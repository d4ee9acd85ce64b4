package org.zoopress.zoo;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.zoopress.zoo.ModelHeader.SourceFile;

/** A model's files with zeros in place of the tensors, for the readers of headers. */
final class SkeletonFolder implements ModelFolder {
  private final List<SourceFile> files;
  private final List<byte[]> literals;
  private final List<ByteRanges> holes;
  private final Map<String, Integer> indexOfPath = new HashMap<>();

  SkeletonFolder(List<SourceFile> files, List<byte[]> literals, List<ByteRanges> holes) {
    this.files = files;
    this.literals = literals;
    this.holes = holes;
    for (int f = 0; f < files.size(); f++) {
      indexOfPath.put(files.get(f).path(), f);
    }
  }

  @Override
  public ByteSource open(String path) throws IOException {
    Integer file = indexOfPath.get(path);
    if (file == null) {
      throw new FileNotFoundException(path);
    }
    return new SkeletonSource(files.get(file), literals.get(file), holes.get(file));
  }

  @Override
  public boolean exists(String path) {
    return indexOfPath.containsKey(path);
  }

  private static final class SkeletonSource implements ByteSource {
    private final SourceFile file;
    private final byte[] literals;
    private final ByteRanges holes;
    private final long[] holeBytesBefore;

    SkeletonSource(SourceFile file, byte[] literals, ByteRanges holes) {
      this.file = file;
      this.literals = literals;
      this.holes = holes;
      this.holeBytesBefore = new long[holes.count() + 1];
      for (int h = 0; h < holes.count(); h++) {
        holeBytesBefore[h + 1] = holeBytesBefore[h] + holes.ends()[h] - holes.starts()[h];
      }
    }

    @Override
    public String path() {
      return file.path();
    }

    @Override
    public long length() {
      return file.length();
    }

    @Override
    public void readFully(long position, byte[] target, int offset, int count) throws IOException {
      if (position < 0 || count > file.length() - position) {
        throw new EOFException(file.path() + " ends at byte " + file.length());
      }
      long at = position;
      int done = 0;
      for (int h = holes.firstEndingAfter(position); done < count; h++) {
        boolean hole = h < holes.count();
        long literalEnd = hole ? holes.starts()[h] : file.length();
        int copied = (int) Math.min(count - done, Math.max(0, literalEnd - at));
        if (copied > 0) {
          System.arraycopy(
              literals, (int) (at - holeBytesBefore[h]), target, offset + done, copied);
        }
        at += copied;
        done += copied;
        int zeros = hole ? (int) Math.min(count - done, holes.ends()[h] - at) : 0;
        Arrays.fill(target, offset + done, offset + done + zeros, (byte) 0);
        at += zeros;
        done += zeros;
      }
    }

    @Override
    public void close() {}
  }
}
