package org.zoopress.method;

import java.io.IOException;
import java.io.InputStream;

/**
 * Defines Zoopress' classes anew and knows no class of Spark, netlib or OpenBLAS: what a reader of
 * archives has.
 */
public final class ZoopressOnlyLoader extends ClassLoader {
  /** Sees the classes of Zoopress, its tests and the JDK. */
  public ZoopressOnlyLoader() {
    super(ClassLoader.getPlatformClassLoader());
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".class";
    ClassLoader tests = ZoopressOnlyLoader.class.getClassLoader();
    try (InputStream in =
        name.startsWith("org.zoopress.") ? tests.getResourceAsStream(file) : null) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] code = in.readAllBytes();
      return defineClass(name, code, 0, code.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
