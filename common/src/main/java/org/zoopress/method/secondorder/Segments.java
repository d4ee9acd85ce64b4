package org.zoopress.method.secondorder;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Consecutive layers that share adaptive models, and that are decoded together. */
final class Segments {
  /**
   * A segment is full with so many points: reading one tensor decodes no more than these and one
   * layer, about a second.
   */
  private static final int FULL = 1 << 20;

  private Segments() {}

  static <T> List<List<T>> of(List<T> layers, ToIntFunction<T> count) {
    List<List<T>> segments = new ArrayList<>();
    long points = FULL;
    for (T layer : layers) {
      if (points >= FULL) {
        segments.add(new ArrayList<>());
        points = 0;
      }
      segments.get(segments.size() - 1).add(layer);
      points += count.applyAsInt(layer);
    }
    return segments;
  }
}
