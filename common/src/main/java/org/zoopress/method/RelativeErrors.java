package org.zoopress.method;

import org.zoopress.error.Check;

/** The range of a relative error that a user may ask for. */
public final class RelativeErrors {
  private RelativeErrors() {}

  /**
   * Refuses an error ‖W − Ŵ‖²/‖W‖² that is not above 0 and below 1.
   *
   * @param setting its key, for the message
   */
  public static void check(String setting, double relativeError) {
    Check.argument(
        relativeError > 0 && relativeError < 1,
        "Cannot use %s=%s: an error relative to the weight lies between 0 and 1. Choose for"
            + " instance 0.05.",
        setting,
        relativeError);
  }
}
