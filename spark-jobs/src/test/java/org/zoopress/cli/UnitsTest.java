package org.zoopress.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.00 KiB",
    "10240, 10.0 KiB",
    "102400, 100 KiB",
    "1048575, 1.00 MiB",
    "9223372036854775807, 8192 PiB"
  })
  void bytesHaveThreeDigits(long bytes, String text) {
    assertThat(Units.bytes(bytes)).isEqualTo(text);
  }

  @Test
  void whatIsNoNumberIsADash() {
    assertThat(Units.ratio(Double.NaN)).isEqualTo("-");
    assertThat(Units.ratio(Double.POSITIVE_INFINITY)).isEqualTo("-");
    assertThat(Units.error(0)).isEqualTo("0");
    assertThat(Units.error(5e-5)).isEqualTo("5.0e-05");
    assertThat(Units.duration(200)).isEqualTo("3 min");
  }
}
