package org.zoopress.method;

import org.slf4j.LoggerFactory;

/** Whether this JVM has the Vector API: kernels written with it must not be loaded without. */
public final class VectorModule {
  private static final String NAME = "jdk.incubator.vector";

  private VectorModule() {}

  /**
   * Whether the module is there; says so in the log if it is not.
   *
   * @param kernels whose logger speaks
   * @param what runs slower without, to begin the sentence with
   */
  public static boolean isPresent(Class<?> kernels, String what) {
    if (ModuleLayer.boot().findModule(NAME).isPresent()) {
      return true;
    }
    LoggerFactory.getLogger(kernels)
        .warn(
            "{} runs without SIMD, several times slower: start the JVM with --add-modules={}",
            what,
            NAME);
    return false;
  }
}
