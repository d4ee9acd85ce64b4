package org.zoopress.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;

class JavaLinearAlgebraTest extends LinearAlgebraContract {
  /** The other tests of this JVM need the native side, which must be touched first. */
  @BeforeAll
  static void loadNativeFirst() {
    assertThat(LinearAlgebra.get().name()).isEqualTo("openblas");
  }

  @Override
  LinearAlgebra implementation() {
    return new JavaLinearAlgebra();
  }
}
