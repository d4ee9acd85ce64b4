package org.zoopress.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What this build is, from a file that Maven fills in.
 *
 * @param version of Zoopress
 * @param spark version of Spark that it was built for
 * @param scala binary version of Scala
 */
public record BuildInfo(String version, String spark, String scala) {

  /** Reads the file beside this class. */
  public static BuildInfo read() {
    Properties build = new Properties();
    try (InputStream in = BuildInfo.class.getResourceAsStream("build.properties")) {
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new BuildInfo(
        build.getProperty("version"), build.getProperty("spark"), build.getProperty("scala"));
  }
}
