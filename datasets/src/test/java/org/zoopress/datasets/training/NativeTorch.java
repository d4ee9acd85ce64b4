package org.zoopress.datasets.training;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Assumptions;

/** Skips tests where the native library is not published or does not load. */
final class NativeTorch {
  private NativeTorch() {}

  static void assumeLoads() {
    try {
      Loader.load(torch.class);
    } catch (LinkageError e) {
      Assumptions.abort("LibTorch does not load on " + Loader.getPlatform() + ": " + e);
    }
  }
}
