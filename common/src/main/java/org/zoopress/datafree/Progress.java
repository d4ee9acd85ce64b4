package org.zoopress.datafree;

/** Hears how far the work on a network is; called from the thread that works. */
public interface Progress {
  /** Tells nobody. */
  Progress NONE =
      new Progress() {
        @Override
        public void layer(String weight, int index, int count, double seconds) {}

        @Override
        public void step(String what, int done, int of) {}
      };

  /**
   * A layer was quantized.
   *
   * @param weight name of its weight
   * @param index of the layer, from 0
   * @param count of layers
   * @param seconds that it took
   */
  void layer(String weight, int index, int count, double seconds);

  /**
   * A step of another part of the work was done.
   *
   * @param what {@code probes}, {@code sensitivities}, {@code codebooks}, {@code pass} or {@code
   *     distillation}
   */
  void step(String what, int done, int of);
}
