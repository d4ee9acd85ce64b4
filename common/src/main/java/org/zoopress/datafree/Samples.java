package org.zoopress.datafree;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import org.zoopress.evaluate.DataSet;
import org.zoopress.evaluate.SampleBatchSource;
import org.zoopress.evaluate.SampleShape;
import org.zoopress.tensor.Shape;

/**
 * Unlabelled samples of the user, which take the place of made probes. Their labels are not looked
 * at.
 *
 * @param data preprocessed as networks are fed
 * @param count so many of its first samples, at least 1
 * @param hash of these samples and their shape: what was made with others must not be taken for it
 */
public record Samples(DataSet data, int count, String hash) {

  /** Whether a network can be fed with them; one that is fed vectors takes images as rows. */
  boolean fit(Shape input) {
    SampleShape shape = data.shape();
    long[] dims = shape.tensorShape(1);
    return input.rank() == 1
        ? input.elements() == shape.elements()
        : Arrays.equals(input.dims(), 0, input.rank(), dims, 1, dims.length);
  }

  /**
   * Draws without replacement.
   *
   * @param wanted at most {@link #count}
   * @return the samples one after the other, in the order in which they were drawn
   * @throws org.zoopress.error.UserInputException if the files are broken, with the place
   */
  float[] draw(int wanted, long seed) throws IOException {
    int[] places = places(wanted, new Random(seed));
    int size = data.shape().elements();
    float[] drawn = new float[Math.multiplyExact(wanted, size)];
    FloatBuffer sample = FloatBuffer.allocate(size);
    int[] classes = new int[1];
    try (SampleBatchSource source = data.shard(0, count)) {
      for (int i = 0, left = wanted; left > 0 && source.read(sample.clear(), classes) > 0; i++) {
        if (places[i] < wanted) {
          System.arraycopy(sample.array(), 0, drawn, places[i] * size, size);
          left--;
        }
      }
    }
    return drawn;
  }

  /** For each sample, when it is drawn; {@link Integer#MAX_VALUE} if never. */
  private int[] places(int wanted, Random random) {
    int[] order = new int[count];
    Arrays.setAll(order, i -> i);
    int[] places = new int[count];
    Arrays.fill(places, Integer.MAX_VALUE);
    for (int k = 0; k < wanted; k++) {
      int other = k + random.nextInt(count - k);
      places[order[other]] = k;
      order[other] = order[k];
    }
    return places;
  }
}
