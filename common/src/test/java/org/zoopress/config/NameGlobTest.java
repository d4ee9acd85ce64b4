package org.zoopress.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameGlobTest {
  /** Against java.util.regex over all short strings of a small alphabet. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void agreesWithARegularExpression(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int trial = 0; trial < 3000; trial++) {
      String pattern = draw(random, "ab*?", 1 + random.nextInt(6));
      String name = draw(random, "ab", random.nextInt(8));
      String regex =
          pattern
              .chars()
              .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Character.toString(c))
              .collect(Collectors.joining());
      assertThat(new NameGlob(pattern).matches(name))
          .as("%s on %s", pattern, name)
          .isEqualTo(Pattern.matches(regex, name));
    }
  }

  @Test
  void hostilePatternsEnd() {
    assertThat(new NameGlob("*a".repeat(40) + "b").matches("a".repeat(20_000))).isFalse();
  }

  private static String draw(SplittableRandom random, String alphabet, int length) {
    return random
        .ints(length, 0, alphabet.length())
        .mapToObj(i -> String.valueOf(alphabet.charAt(i)))
        .collect(Collectors.joining());
  }
}
