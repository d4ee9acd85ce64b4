package org.zoopress.datasets.network;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/**
 * Weights before training: normal with variance 2 / (inputs of one output value), He et al. 2015,
 * equation 10; the other kinds start at constants. Each tensor has its own stream, seeded by its
 * name, so that a change in one layer leaves the others' start as it was.
 */
public final class InitialWeights {
  private InitialWeights() {}

  /** One tensor for each parameter of the network, in its order. */
  public static List<NamedTensor> of(Network network, long seed) {
    return network.parameters().stream().map(p -> initial(p, seed)).toList();
  }

  private static NamedTensor initial(Parameter parameter, long seed) {
    float[] values = new float[(int) parameter.shape().elements()];
    if (parameter.kind() == Parameter.Kind.WEIGHT) {
      fillNormal(values, parameter, seed);
    } else {
      Arrays.fill(values, parameter.kind().initialValue());
    }
    return new NamedTensor(parameter.name(), parameter.shape(), values);
  }

  private static void fillNormal(float[] values, Parameter parameter, long seed) {
    CRC32C hash = new CRC32C();
    hash.update(parameter.name().getBytes(StandardCharsets.UTF_8));
    SplittableRandom random = new SplittableRandom(seed << 32 ^ hash.getValue());
    double deviation = StrictMath.sqrt(2.0 / parameter.shape().rowElements());
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * normal(random));
    }
  }

  /** Box–Muller in StrictMath: the JDK does not promise the bits of its own nextGaussian. */
  private static double normal(SplittableRandom random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * StrictMath.PI * random.nextDouble());
  }
}
