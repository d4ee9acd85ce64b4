package org.zoopress.linalg;

import dev.ludovic.netlib.blas.NativeBLAS;
import dev.ludovic.netlib.lapack.NativeLAPACK;
import java.io.File;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;

/** OpenBLAS through JNI, on one thread; the library comes in a jar, nothing is installed. */
public final class NativeLinearAlgebra extends NetlibLinearAlgebra {
  /**
   * Loads the library at the first call.
   *
   * @throws UnsatisfiedLinkError if there is no library for this platform or it does not load
   */
  public NativeLinearAlgebra() {
    super(Library.blas(), Library.lapack());
  }

  @Override
  public String name() {
    return "openblas";
  }

  /**
   * Loads once a JVM. The order matters: the JNI bridge reads its path properties in static
   * initialisers, so they must be set before any of its classes is touched.
   */
  private static final class Library {
    private static final String LIBRARY = "libopenblas.so.0";

    static {
      NativeMemory.lift();
      File bridge = new File(Loader.load(openblas.class));
      String path = new File(bridge.getParentFile(), LIBRARY).getPath();
      if (!new File(path).isFile()) {
        throw new UnsatisfiedLinkError("no " + LIBRARY + " beside " + bridge);
      }
      System.setProperty("dev.ludovic.netlib.blas.nativeLibPath", path);
      System.setProperty("dev.ludovic.netlib.lapack.nativeLibPath", path);
      // Tasks are the unit of parallelism: threads inside a task would fight for its core, and sums
      // split over threads change their last bits with the number of cores.
      openblas.blas_set_num_threads(1);
    }

    static NativeBLAS blas() {
      return NativeBLAS.getInstance();
    }

    static NativeLAPACK lapack() {
      return NativeLAPACK.getInstance();
    }
  }
}
