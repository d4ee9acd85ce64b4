package org.zoopress.linalg;

import dev.ludovic.netlib.blas.JavaBLAS;
import dev.ludovic.netlib.lapack.JavaLAPACK;

/**
 * Pure Java: BLAS on the Vector API where the JVM was started with {@code
 * --add-modules=jdk.incubator.vector}, else on plain loops; LAPACK translated from Fortran. Several
 * times slower than native, most of all in decompositions, but runs everywhere.
 *
 * <p>The interface library looks for its native side once a JVM, whichever side is touched first:
 * where both implementations are wanted in one JVM, create {@link NativeLinearAlgebra} first.
 */
public final class JavaLinearAlgebra extends NetlibLinearAlgebra {
  /** Never fails. */
  public JavaLinearAlgebra() {
    // Not BLAS.getInstance(): that takes any BLAS which happens to be installed on the machine.
    super(JavaBLAS.getInstance(), JavaLAPACK.getInstance());
  }

  @Override
  public String name() {
    return "java";
  }
}
