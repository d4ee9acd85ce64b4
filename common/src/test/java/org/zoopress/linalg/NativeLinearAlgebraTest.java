package org.zoopress.linalg;

class NativeLinearAlgebraTest extends LinearAlgebraContract {
  @Override
  LinearAlgebra implementation() {
    return new NativeLinearAlgebra();
  }
}
