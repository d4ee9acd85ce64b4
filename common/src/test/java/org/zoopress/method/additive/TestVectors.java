package org.zoopress.method.additive;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.zoopress.method.TestWeights;
import org.zoopress.tensor.WeightPartition;

/** Vectors to quantize. */
final class TestVectors {
  private TestVectors() {}

  /** Independent standard normal numbers. */
  static float[] gaussian(int count, int dimension, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count * dimension];
    for (int i = 0; i < values.length; i++) {
      double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
      values[i] = (float) (radius * Math.cos(2 * Math.PI * random.nextDouble()));
    }
    return values;
  }

  static Codebooks gaussianCodebooks(CodeShape shape, long seed) {
    return new Codebooks(shape, gaussian(shape.totalCodewords(), shape.dimension(), seed));
  }

  static byte[] codes(CodeShape shape, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] codes = new byte[count * shape.codebooks()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) random.nextInt(shape.codewords());
    }
    return codes;
  }

  /** The 3×3 convolutions of ResNet-20's three stages, every output channel at unit scale. */
  static float[] resnet20(int dimension) {
    List<float[]> parts = new ArrayList<>();
    int length = 0;
    for (WeightPartition weight : TestWeights.network("cifar10_resnet/resnet20")) {
      if (weight.tensor().matches("layer\\d.*conv\\d\\.weight")) {
        float[] values = weight.values();
        LogScales scales =
            LogScales.rootMeanSquares(values, Math.toIntExact(weight.shape().rows()));
        parts.add(SubVectors.of(weight.shape(), dimension).cut(scales.normalise(values)));
        length += parts.get(parts.size() - 1).length;
      }
    }
    float[] all = new float[length];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  static double squaredNorm(float[] values) {
    double sum = 0;
    for (float v : values) {
      sum += (double) v * v;
    }
    return sum;
  }
}
