package org.zoopress.job;

import java.util.Optional;

/** The version of this software, from the jar's manifest. */
public final class Version {
  /** For instance {@code 0.1.0}; {@code development} when classes do not come from a jar. */
  public static final String VALUE =
      Optional.ofNullable(Version.class.getPackage().getImplementationVersion()).orElse("development");

  private Version() {}
}
