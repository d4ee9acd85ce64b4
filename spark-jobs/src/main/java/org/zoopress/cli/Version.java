package org.zoopress.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of this build, from a file that Maven fills in. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() throws IOException {
    Properties build = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("build.properties")) {
      build.load(in);
    }
    return new String[] {
      "zoopress %s (built for Spark %s, Scala %s)"
          .formatted(
              build.getProperty("version"), build.getProperty("spark"), build.getProperty("scala"))
    };
  }
}
