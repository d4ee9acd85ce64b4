package org.zoopress.evaluate;

import java.io.Serializable;
import org.zoopress.metric.Accuracy;

/**
 * What was counted over one shard, or over several. All fields are integers, the divergence too, so
 * that {@link #plus} is exact: results may be added in any order and grouping.
 *
 * @param samples samples seen
 * @param correctBefore samples whose label is the original's top class
 * @param correctAfter the same of the changed network
 * @param topFiveBefore samples whose label is among the original's five top classes
 * @param topFiveAfter the same of the changed network
 * @param agreeing samples on which both have the same top class
 * @param klUnits sum of KL(original‖changed) in units of 2⁻³² nats, each sample rounded; stays at
 *     {@link Long#MAX_VALUE} once it is reached (2³¹ nats)
 * @param nonFinite samples on which a network gave NaN or an infinity; such an output is no answer:
 *     neither right nor agreeing, and left out of the divergence
 */
public record ShardResult(
    long samples,
    long correctBefore,
    long correctAfter,
    long topFiveBefore,
    long topFiveAfter,
    long agreeing,
    long klUnits,
    long nonFinite)
    implements Serializable {
  /** No samples: the neutral element of {@link #plus}. */
  public static final ShardResult EMPTY = new ShardResult(0, 0, 0, 0, 0, 0, 0, 0);

  private static final double UNITS_PER_NAT = 0x1p32;

  /** The divergence of one sample in units; saturates. */
  static long toUnits(double nats) {
    return (long) Math.rint(nats * UNITS_PER_NAT);
  }

  /** Both together; associative and commutative, exactly. */
  public ShardResult plus(ShardResult other) {
    long units = klUnits + other.klUnits;
    return new ShardResult(
        samples + other.samples,
        correctBefore + other.correctBefore,
        correctAfter + other.correctAfter,
        topFiveBefore + other.topFiveBefore,
        topFiveAfter + other.topFiveAfter,
        agreeing + other.agreeing,
        units < 0 ? Long.MAX_VALUE : units, // both are at least 0: negative means overflow
        nonFinite + other.nonFinite);
  }

  /** Top-1 of the original. */
  public Accuracy top1Before() {
    return new Accuracy(correctBefore, samples);
  }

  /** Top-1 of the changed network. */
  public Accuracy top1After() {
    return new Accuracy(correctAfter, samples);
  }

  /** Top-5 of the original. */
  public Accuracy top5Before() {
    return new Accuracy(topFiveBefore, samples);
  }

  /** Top-5 of the changed network. */
  public Accuracy top5After() {
    return new Accuracy(topFiveAfter, samples);
  }

  /** Samples on which both networks name the same class; needs no labels. */
  public Accuracy agreement() {
    return new Accuracy(agreeing, samples);
  }

  /**
   * Mean KL(original‖changed) over the samples with finite outputs, in nats; NaN if there are none.
   */
  public double meanKl() {
    return samples == nonFinite ? Double.NaN : klUnits / UNITS_PER_NAT / (samples - nonFinite);
  }
}
