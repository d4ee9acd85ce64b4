/**
 * Dense linear algebra behind one interface with two implementations that pass the same contract
 * test.
 *
 * <p>{@link org.zoopress.linalg.NativeLinearAlgebra} calls OpenBLAS through JNI and is the default;
 * {@link org.zoopress.linalg.JavaLinearAlgebra} needs no native code and is chosen, with one logged
 * reason, where the library does not load. Matrices are MLlib's {@link
 * org.apache.spark.ml.linalg.DenseMatrix}, double and column-major; a row-major one (its {@code
 * isTransposed}) is accepted wherever a matrix is read.
 *
 * <p>Decoders never call this package: their sums run in plain Java loops in a fixed order, because
 * a native kernel is chosen by processor type and its last bits differ between machines.
 */
package org.zoopress.linalg;
