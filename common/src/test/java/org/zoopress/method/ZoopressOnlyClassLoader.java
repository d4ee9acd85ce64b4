package org.zoopress.method;

import java.io.IOException;
import java.io.InputStream;

/** Defines Zoopress' classes anew and knows no class of Spark, netlib or OpenBLAS. */
public final class ZoopressOnlyClassLoader extends ClassLoader {
  /** Sees the JDK and nothing else but Zoopress. */
  public ZoopressOnlyClassLoader() {
    super(ClassLoader.getPlatformClassLoader());
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".class";
    ClassLoader tests = ZoopressOnlyClassLoader.class.getClassLoader();
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
