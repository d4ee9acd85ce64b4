package org.zoopress.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zoopress.error.UserInputException;
import org.zoopress.method.MethodId;

class ProfilesTest {
  @Test
  void bundledProfilesResolve() {
    assertThat(Settings.of(Profiles.bundled("balanced"))).isEqualTo(Settings.of());
    assertThat(Settings.of(Profiles.bundled("lossless")).get(Keys.METHODS))
        .containsExactly(MethodId.LOSSLESS);
    Settings max = Settings.of(Profiles.bundled("max-compression"));
    assertThat(max.get(Keys.TARGET_BITS)).contains(2.5);
    assertThat(max.get(Keys.SCALAR_BITS)).isEmpty();
    assertThat(max.get(Keys.SCALAR_RELATIVE_STEP)).hasSizeGreaterThan(8).contains(0.32);
    Settings nightly = Settings.of(Profiles.bundled("nightly"));
    assertThat(nightly.get(Keys.RUN_MAX_FAILED_MODELS)).isEqualTo(new FailureLimit(0.05, true));
    assertThat(Profiles.BUNDLED).hasSize(4);
  }

  @Test
  void anUnknownProfileIsAnErrorWithASuggestion() {
    assertThatThrownBy(() -> Profiles.bundled("balance"))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot find profile 'balance': there are balanced, lossless, max-compression, nightly;"
                + " did you mean 'balanced'. Name one of them, or a file that ends in .yaml.");
  }

  @Test
  void nestedKeysAndDottedKeysAndListsMeanTheSame() {
    SettingsSource nested = Profiles.parse("a", "scalar:\n  bits:\n    - 2\n    - 3.5\n");
    SettingsSource dotted = Profiles.parse("b", "scalar.bits: 2,3.5");
    assertThat(Settings.of(nested)).isEqualTo(Settings.of(dotted));
    assertThat(Settings.of(nested).get(Keys.SCALAR_BITS)).isEqualTo(List.of(2.0, 3.5));
  }

  @Test
  void anEmptyFileSetsNothing() {
    assertThat(Profiles.parse("p", "").values()).isEmpty();
    assertThat(Profiles.parse("p", "# only a comment\n").values()).isEmpty();
  }

  @Test
  void sharesAndCountsAreToldApartAfterYaml() {
    assertThat(failureLimit("1.0")).isEqualTo(new FailureLimit(1, true));
    assertThat(failureLimit("1")).isEqualTo(new FailureLimit(1, false));
    assertThat(failureLimit("1").isExceededBy(2, 2)).isTrue();
    assertThat(failureLimit("1.0").isExceededBy(2, 2)).isFalse();
    assertThat(failureLimit("0.5").isExceededBy(2, 4)).isFalse();
    assertThat(failureLimit("0.5").isExceededBy(3, 4)).isTrue();
  }

  private static FailureLimit failureLimit(String yaml) {
    return Settings.of(Profiles.parse("p", "run: {max-failed-models: " + yaml + "}"))
        .get(Keys.RUN_MAX_FAILED_MODELS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "seed: [1 | Cannot read p: line",
        "\"seed: 1\nseed: 2\" | Duplicate",
        "\"seed: 1\n---\nseed: 2\" | Cannot read p:",
        "just a word | Cannot use p: it is not a mapping of keys to values. See",
        "scalar: {bits: [[1]]} | an item of the list scalar.bits is not a plain value: [1]",
        "\"scalar: {bits: 1}\nscalar.bits: 2\" | setting scalar.bits is in it twice",
      })
  void badFilesAreOneMessage(String yaml, String message) {
    assertThatThrownBy(() -> Profiles.parse("p", yaml))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void filesAreToldFromNames() {
    assertThat(Profiles.isFile("nightly")).isFalse();
    assertThat(Profiles.isFile("mine.yaml")).isTrue();
    assertThat(Profiles.isFile("s3a://bucket/conf/mine.yml")).isTrue();
  }
}
