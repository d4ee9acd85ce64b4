package org.zoopress.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.zoopress.error.UserInputException;

class LinearAlgebraHolderTest {
  @Test
  void nativeIsTheDefaultAndTheSettingForcesEither() {
    assertThat(LinearAlgebraHolder.choose(null).name()).isEqualTo("openblas");
    assertThat(LinearAlgebraHolder.choose("native").name()).isEqualTo("openblas");
    assertThat(LinearAlgebraHolder.choose("java").name()).isEqualTo("java");
  }

  @Test
  void oneInstanceServesTheJvm() {
    assertThat(LinearAlgebra.get()).isSameAs(LinearAlgebra.get());
  }

  @Test
  void anUnknownSettingIsRefused() {
    assertThatThrownBy(() -> LinearAlgebraHolder.choose("mkl"))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot use zoopress.linalg=mkl: there is no such implementation. Choose java or"
                + " native.");
  }
}
