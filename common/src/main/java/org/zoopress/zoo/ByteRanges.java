package org.zoopress.zoo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Sorted, disjoint, non-adjacent ranges of one file: its holes, which tensors fill. The bytes
 * between them are its literals.
 */
record ByteRanges(long[] starts, long[] ends) {

  /** Holes of a file of a model; tied tensors share one. */
  static ByteRanges holes(List<TensorEntry> tensors, int file) {
    List<TensorEntry> sorted =
        tensors.stream()
            .filter(t -> t.file() == file && t.bytes() > 0)
            .sorted(Comparator.comparingLong(TensorEntry::offset))
            .toList();
    List<long[]> merged = new ArrayList<>();
    for (TensorEntry t : sorted) {
      long[] last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (last != null && t.offset() <= last[1]) {
        last[1] = Math.max(last[1], t.offset() + t.bytes());
      } else {
        merged.add(new long[] {t.offset(), t.offset() + t.bytes()});
      }
    }
    return new ByteRanges(
        merged.stream().mapToLong(r -> r[0]).toArray(),
        merged.stream().mapToLong(r -> r[1]).toArray());
  }

  int count() {
    return starts.length;
  }

  /** Bytes of all ranges. */
  long total() {
    return Arrays.stream(ends).sum() - Arrays.stream(starts).sum();
  }

  /** Index of the first range that ends after the position; {@link #count} if none does. */
  int firstEndingAfter(long position) {
    int found = Arrays.binarySearch(ends, position);
    return found >= 0 ? found + 1 : -found - 1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ByteRanges ranges
        && Arrays.equals(starts, ranges.starts)
        && Arrays.equals(ends, ranges.ends);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(starts) + Arrays.hashCode(ends);
  }

  @Override
  public String toString() {
    return count() + " ranges of " + total() + " bytes";
  }
}
