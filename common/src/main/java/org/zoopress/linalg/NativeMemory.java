package org.zoopress.linalg;

import java.util.List;

/**
 * The bound that JavaCPP, which brings our native libraries, puts on memory.
 *
 * <p>By default it refuses to allocate once the whole process, heap included, occupies twice the
 * maximal heap, after collecting garbage up to ten times. Native values here are freed by scopes,
 * so that the collector has nothing to add, and a process next to whose heap a container leaves
 * room would fail for no reason; each allocation would also read the process's size.
 */
public final class NativeMemory {
  private static final String BOUND = "org.bytedeco.javacpp.maxPhysicalBytes";

  /** JavaCPP knows both; the older one wins. */
  private static final List<String> PROPERTIES =
      List.of("org.bytedeco.javacpp.maxphysicalbytes", BOUND);

  private NativeMemory() {}

  /**
   * Lifts the bound unless the launcher has set it. To be called before any class of JavaCPP is
   * touched, since the property is read once a JVM.
   */
  public static void lift() {
    if (PROPERTIES.stream().allMatch(name -> System.getProperty(name) == null)) {
      System.setProperty(BOUND, "0");
    }
  }
}
