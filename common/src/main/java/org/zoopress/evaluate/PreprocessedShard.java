package org.zoopress.evaluate;

import java.io.IOException;
import java.nio.FloatBuffer;

/** Stored samples made into a network's input. */
final class PreprocessedShard implements SampleBatchSource {
  private final RawSamples samples;
  private final Preprocessor preprocessor;
  private final SampleShape shape;
  private final int classOffset;
  private long left;

  PreprocessedShard(
      RawSamples samples,
      Preprocessor preprocessor,
      SampleShape shape,
      int classOffset,
      long count) {
    this.samples = samples;
    this.preprocessor = preprocessor;
    this.shape = shape;
    this.classOffset = classOffset;
    this.left = count;
  }

  @Override
  public SampleShape shape() {
    return shape;
  }

  @Override
  public int read(FloatBuffer pixels, int[] classes) throws IOException {
    int count = (int) Math.min(left, classes.length);
    for (int i = 0; i < count; i++) {
      RawSample sample = samples.next();
      preprocessor.append(sample, shape, pixels);
      classes[i] = Math.addExact(sample.label, classOffset);
    }
    left -= count;
    return count;
  }

  @Override
  public void close() throws IOException {
    samples.close();
  }
}
