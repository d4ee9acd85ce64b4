package org.zoopress.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses what was meant by a misspelt word. */
public final class Suggestion {
  private Suggestion() {}

  /** A clause to put behind "is unknown": {@code ; did you mean 'x'}; empty if nothing is near. */
  public static String didYouMean(String word, Collection<String> known) {
    return closest(word, known).map("; did you mean '%s'"::formatted).orElse("");
  }

  /**
   * The known word with the fewest edits (insert, delete, replace, swap of neighbours), at most a
   * third of its letters; or the only dotted key that ends in the word: {@code bits} finds {@code
   * scalar.bits}.
   */
  public static Optional<String> closest(String word, Collection<String> known) {
    Optional<String> near =
        known.stream()
            .filter(candidate -> edits(word, candidate) <= Math.max(1, candidate.length() / 3))
            .min(
                Comparator.<String>comparingInt(candidate -> edits(word, candidate))
                    .thenComparing(Comparator.naturalOrder()));
    return near.isPresent()
        ? near
        : known.stream()
            .filter(candidate -> candidate.endsWith("." + word))
            .min(Comparator.naturalOrder());
  }

  /** Optimal string alignment distance (Damerau–Levenshtein without edits inside of a swap). */
  private static int edits(String a, String b) {
    if (Math.abs(a.length() - b.length()) > b.length() / 3 + 1) {
      return Integer.MAX_VALUE;
    }
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replace = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        cost[i][j] =
            Math.min(cost[i - 1][j - 1] + replace, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
