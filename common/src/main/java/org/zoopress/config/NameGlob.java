package org.zoopress.config;

/**
 * A pattern for names of tensors: {@code *} stands for any characters (dots and slashes too),
 * {@code ?} for exactly one, everything else for itself; the whole name must match.
 *
 * @param pattern as the user wrote it
 */
public record NameGlob(String pattern) {
  /** Refuses an empty pattern, which would match nothing. */
  public NameGlob {
    if (pattern.isEmpty()) {
      throw new IllegalArgumentException("a pattern is empty");
    }
  }

  /**
   * Whether the name matches; time O(pattern × name) at worst, so that no pattern and no name from
   * a foreign file can hang a run, as a regular expression could.
   */
  public boolean matches(String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int afterStar = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        afterStar = n;
      } else if (p < pattern.length()
          && (pattern.charAt(p) == '?' || pattern.charAt(p) == name.charAt(n))) {
        p++;
        n++;
      } else if (star >= 0) {
        // Let the last star take one character more; earlier stars need never be touched again.
        p = star + 1;
        n = ++afterStar;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
