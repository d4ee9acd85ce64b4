package org.zoopress.job;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Divides a budget equally between things that cannot all take their share. */
final class EqualShares {
  private EqualShares() {}

  /**
   * Water filling: everything gets the same, or all that it can take; what is left over goes to the
   * others. The shares of those that get less than they can take differ by one at most.
   *
   * @param capacities what each can take; not negative
   * @return shares, in sum the budget or all capacities if they are less
   */
  static long[] of(long budget, long[] capacities) {
    long[] shares = new long[capacities.length];
    int[] smallestFirst =
        IntStream.range(0, capacities.length)
            .boxed()
            .sorted(Comparator.comparingLong(i -> capacities[i])) // stable
            .mapToInt(Integer::intValue)
            .toArray();
    long left = budget;
    for (int k = 0; k < smallestFirst.length; k++) {
      int i = smallestFirst[k];
      shares[i] = Math.min(capacities[i], left / (smallestFirst.length - k));
      left -= shares[i];
    }
    assert Arrays.stream(shares).sum() <= budget;
    return shares;
  }
}
