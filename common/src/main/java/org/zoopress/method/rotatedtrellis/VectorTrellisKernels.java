package org.zoopress.method.rotatedtrellis;

import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link TrellisKernels} by the Vector API: lanes are states that follow one another. Loaded only
 * where the module jdk.incubator.vector is.
 */
final class VectorTrellisKernels implements TrellisKernels {
  private static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() <= PADDING
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;
  private static final VectorSpecies<Integer> INTEGERS =
      VectorSpecies.of(int.class, SPECIES.vectorShape());
  private static final int LANES = SPECIES.length();
  private static final int LANE_BITS = Integer.numberOfTrailingZeros(LANES);

  /** Of shift k: lane i takes number i ≫ k. */
  private static final VectorShuffle<Float>[] REPEATS = repeats();

  private final ScalarTrellisKernels shortRows = new ScalarTrellisKernels();

  @SuppressWarnings({"unchecked", "rawtypes"}) // no generic arrays
  private static VectorShuffle<Float>[] repeats() {
    return IntStream.range(0, LANE_BITS)
        .mapToObj(shift -> VectorShuffle.fromOp(SPECIES, lane -> lane >>> shift))
        .toArray(VectorShuffle[]::new);
  }

  @Override
  public void advance(
      float[] values,
      float amplitude,
      float target,
      float[] costs,
      int from,
      int shift,
      int to,
      int nextShift) {
    if (values.length >>> nextShift < LANES) {
      shortRows.advance(values, amplitude, target, costs, from, shift, to, nextShift);
    } else if (shift == 0) {
      advanceSame(values, amplitude, target, costs, from, to, nextShift);
    } else if (shift < LANE_BITS) {
      advanceRepeated(values, amplitude, target, costs, from, shift, to, nextShift);
    } else {
      advanceBroadcast(values, amplitude, target, costs, from, shift, to, nextShift);
    }
  }

  private static void advanceSame(
      float[] values,
      float amplitude,
      float target,
      float[] costs,
      int from,
      int to,
      int nextShift) {
    int stride = values.length >>> nextShift;
    for (int q = 0; q < stride; q += LANES) {
      IntVector least = infinity();
      for (int p = q; p < values.length; p += stride) {
        FloatVector before = FloatVector.fromArray(SPECIES, costs, from + p);
        least = least.min(withDistance(before, values, p, amplitude, target));
      }
      least.reinterpretAsFloats().intoArray(costs, to + q);
    }
  }

  private static void advanceRepeated(
      float[] values,
      float amplitude,
      float target,
      float[] costs,
      int from,
      int shift,
      int to,
      int nextShift) {
    int stride = values.length >>> nextShift;
    VectorShuffle<Float> repeat = REPEATS[shift];
    for (int q = 0; q < stride; q += LANES) {
      IntVector least = infinity();
      for (int p = q; p < values.length; p += stride) {
        FloatVector before =
            FloatVector.fromArray(SPECIES, costs, from + (p >>> shift)).rearrange(repeat);
        least = least.min(withDistance(before, values, p, amplitude, target));
      }
      least.reinterpretAsFloats().intoArray(costs, to + q);
    }
  }

  private static void advanceBroadcast(
      float[] values,
      float amplitude,
      float target,
      float[] costs,
      int from,
      int shift,
      int to,
      int nextShift) {
    int stride = values.length >>> nextShift;
    for (int q = 0; q < stride; q += LANES) {
      IntVector least = infinity();
      for (int p = q; p < values.length; p += stride) {
        FloatVector before = FloatVector.broadcast(SPECIES, costs[from + (p >>> shift)]);
        least = least.min(withDistance(before, values, p, amplitude, target));
      }
      least.reinterpretAsFloats().intoArray(costs, to + q);
    }
  }

  private static IntVector infinity() {
    return IntVector.broadcast(INTEGERS, Float.floatToRawIntBits(Float.POSITIVE_INFINITY));
  }

  /**
   * The bits as integers, whose order is that of non-negative floats: their minimum is one
   * instruction, where that of floats has NaN and −0 to mind and takes five.
   */
  private static IntVector withDistance(
      FloatVector before, float[] values, int p, float amplitude, float target) {
    FloatVector distance =
        FloatVector.fromArray(SPECIES, values, p)
            .fma(
                FloatVector.broadcast(SPECIES, amplitude), FloatVector.broadcast(SPECIES, -target));
    return distance.fma(distance, before).reinterpretAsInts();
  }
}
