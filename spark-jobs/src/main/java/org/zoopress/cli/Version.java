package org.zoopress.cli;

import org.zoopress.job.BuildInfo;
import picocli.CommandLine.IVersionProvider;

/** The text of {@code --version}. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    BuildInfo build = BuildInfo.read();
    return new String[] {
      "zoopress %s (built for Spark %s, Scala %s)"
          .formatted(build.version(), build.spark(), build.scala())
    };
  }
}
