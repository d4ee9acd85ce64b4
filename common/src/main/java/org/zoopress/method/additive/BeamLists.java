package org.zoopress.method.additive;

import java.util.Arrays;

/**
 * For each lane the cheapest extensions of its partial codes that were offered so far, ascending.
 */
final class BeamLists {
  private static final int POINTS = CodewordKernels.POINTS;

  private final int width;
  private final float[] costs; // POINTS × width
  private final int[] beams;
  private final int[] words;
  private final float[] thresholds = new float[POINTS];

  BeamLists(int width) {
    this.width = width;
    this.costs = new float[POINTS * width];
    this.beams = new int[POINTS * width];
    this.words = new int[POINTS * width];
    clear();
  }

  /** Forgets all extensions; those not filled again cost infinity. */
  void clear() {
    Arrays.fill(costs, Float.POSITIVE_INFINITY);
    Arrays.fill(beams, 0);
    Arrays.fill(words, 0);
    Arrays.fill(thresholds, Float.POSITIVE_INFINITY);
  }

  /** What an extension must cost less than to be kept, for each lane; changes with every insert. */
  float[] thresholds() {
    return thresholds;
  }

  /**
   * Keeps an extension.
   *
   * @param cost below the threshold of the lane
   */
  void insert(int lane, float cost, int beam, int word) {
    int first = lane * width;
    int at = first + width - 1;
    while (at > first && cost < costs[at - 1]) {
      costs[at] = costs[at - 1];
      beams[at] = beams[at - 1];
      words[at] = words[at - 1];
      at--;
    }
    costs[at] = cost;
    beams[at] = beam;
    words[at] = word;
    thresholds[lane] = costs[first + width - 1];
  }

  float cost(int lane, int rank) {
    return costs[lane * width + rank];
  }

  int beam(int lane, int rank) {
    return beams[lane * width + rank];
  }

  int word(int lane, int rank) {
    return words[lane * width + rank];
  }
}
