package org.zoopress.method.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.error.UserInputException;

class OperatingPointTest {
  @ParameterizedTest
  @ValueSource(strings = {"bits=4", "bits=2.5", "step=0.01", "relative-step=0.25", "step=1.0E-38"})
  void textComesBack(String text) {
    assertThat(OperatingPoint.parse(text)).hasToString(text);
  }

  @Test
  void badTextIsRefused() {
    assertThatThrownBy(() -> OperatingPoint.parse("4"))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot read operating point '4': its kind must be bits, step or relative-step. Write"
                + " for instance bits=4.");
    assertThatThrownBy(() -> OperatingPoint.parse("bits=four"))
        .hasMessage(
            "Cannot read operating point 'bits=four': no number behind '='. Write for instance"
                + " bits=4.");
    assertThatThrownBy(() -> OperatingPoint.parse("step=NaN"))
        .hasMessage("Cannot quantize at step=NaN: it must be positive and finite.");
    assertThatThrownBy(() -> OperatingPoint.bits(40))
        .hasMessage(
            "Cannot quantize at bits=40.0: at most 20.0 are possible. Use the lossless method.");
  }

  @Test
  void badParametersAreRefused() {
    assertThatThrownBy(() -> ScalarParams.of())
        .hasMessage("Cannot quantize: no operating points. Give one, for instance bits=4.");
    assertThatThrownBy(() -> ScalarParams.DEFAULT.withRateWeight(Double.NaN))
        .hasMessage("Cannot use scalar.rate-weight=NaN: it must be in [0, 2].");
    assertThat(ScalarParams.DEFAULT.withPoints(List.of(OperatingPoint.bits(1))).points())
        .containsExactly(OperatingPoint.bits(1));
  }
}
