package org.zoopress.method.additive;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link CodewordKernels} by the Vector API, with as many lanes as the processor has, at most
 * {@link #POINTS}. Loaded only where the module jdk.incubator.vector is.
 */
final class VectorKernels implements CodewordKernels {
  private static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() <= POINTS
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;
  private static final VectorSpecies<Integer> INTEGERS =
      VectorSpecies.of(int.class, SPECIES.vectorShape());
  private static final int LANES = SPECIES.length();

  @Override
  public void nearest(CodewordTable table, float[] points, float[] scratch, int[] nearest) {
    if (table.paddedDimension() != CodewordTable.UNROLLED) {
      costs(table, points, scratch);
      for (int lane = 0; lane < POINTS; lane += LANES) {
        leastOf(scratch, table.codewords(), lane, nearest);
      }
      return;
    }
    for (int lane = 0; lane < POINTS; lane += LANES) {
      nearestOfEight(table, points, lane, nearest);
    }
  }

  /** Costs and minimum in one pass, for d up to 8, where a point fits into registers. */
  private static void nearestOfEight(CodewordTable table, float[] points, int lane, int[] nearest) {
    float[] c = table.minusTwice();
    float[] norms = table.costs();
    FloatVector x0 = FloatVector.fromArray(SPECIES, points, lane);
    FloatVector x1 = FloatVector.fromArray(SPECIES, points, POINTS + lane);
    FloatVector x2 = FloatVector.fromArray(SPECIES, points, 2 * POINTS + lane);
    FloatVector x3 = FloatVector.fromArray(SPECIES, points, 3 * POINTS + lane);
    FloatVector x4 = FloatVector.fromArray(SPECIES, points, 4 * POINTS + lane);
    FloatVector x5 = FloatVector.fromArray(SPECIES, points, 5 * POINTS + lane);
    FloatVector x6 = FloatVector.fromArray(SPECIES, points, 6 * POINTS + lane);
    FloatVector x7 = FloatVector.fromArray(SPECIES, points, 7 * POINTS + lane);
    FloatVector least = FloatVector.broadcast(SPECIES, Float.POSITIVE_INFINITY);
    FloatVector index = FloatVector.zero(SPECIES); // K is small: exact as float, no cast of masks
    for (int k = 0; k < norms.length; k++) {
      int at = k * CodewordTable.UNROLLED;
      FloatVector cost =
          x0.fma(FloatVector.broadcast(SPECIES, c[at]), FloatVector.broadcast(SPECIES, norms[k]));
      cost = x1.fma(FloatVector.broadcast(SPECIES, c[at + 1]), cost);
      cost = x2.fma(FloatVector.broadcast(SPECIES, c[at + 2]), cost);
      cost = x3.fma(FloatVector.broadcast(SPECIES, c[at + 3]), cost);
      cost = x4.fma(FloatVector.broadcast(SPECIES, c[at + 4]), cost);
      cost = x5.fma(FloatVector.broadcast(SPECIES, c[at + 5]), cost);
      cost = x6.fma(FloatVector.broadcast(SPECIES, c[at + 6]), cost);
      cost = x7.fma(FloatVector.broadcast(SPECIES, c[at + 7]), cost);
      VectorMask<Float> less = cost.compare(VectorOperators.LT, least);
      least = least.blend(cost, less);
      index = index.blend((float) k, less);
    }
    storeIndices(index, lane, nearest);
  }

  private static void leastOf(float[] costs, int codewords, int lane, int[] nearest) {
    FloatVector least = FloatVector.broadcast(SPECIES, Float.POSITIVE_INFINITY);
    FloatVector index = FloatVector.zero(SPECIES);
    for (int k = 0; k < codewords; k++) {
      FloatVector cost = FloatVector.fromArray(SPECIES, costs, k * POINTS + lane);
      VectorMask<Float> less = cost.compare(VectorOperators.LT, least);
      least = least.blend(cost, less);
      index = index.blend((float) k, less);
    }
    storeIndices(index, lane, nearest);
  }

  private static void storeIndices(FloatVector index, int lane, int[] indices) {
    index.convert(VectorOperators.F2I, 0).reinterpretAsInts().intoArray(indices, lane);
  }

  @Override
  public void costs(CodewordTable table, float[] points, float[] costs) {
    for (int lane = 0; lane < POINTS; lane += LANES) {
      for (int from = 0; from < table.paddedDimension(); from += CodewordTable.UNROLLED) {
        addEight(table, points, from, lane, costs);
      }
    }
  }

  /** Eight dimensions, on top of what the dimensions before gave. */
  private static void addEight(
      CodewordTable table, float[] points, int from, int lane, float[] costs) {
    int d = table.paddedDimension();
    float[] c = table.minusTwice();
    float[] norms = table.costs();
    int start = from * POINTS + lane;
    FloatVector x0 = FloatVector.fromArray(SPECIES, points, start);
    FloatVector x1 = FloatVector.fromArray(SPECIES, points, start + POINTS);
    FloatVector x2 = FloatVector.fromArray(SPECIES, points, start + 2 * POINTS);
    FloatVector x3 = FloatVector.fromArray(SPECIES, points, start + 3 * POINTS);
    FloatVector x4 = FloatVector.fromArray(SPECIES, points, start + 4 * POINTS);
    FloatVector x5 = FloatVector.fromArray(SPECIES, points, start + 5 * POINTS);
    FloatVector x6 = FloatVector.fromArray(SPECIES, points, start + 6 * POINTS);
    FloatVector x7 = FloatVector.fromArray(SPECIES, points, start + 7 * POINTS);
    for (int k = 0; k < norms.length; k++) {
      int at = k * d + from;
      FloatVector cost =
          from == 0
              ? FloatVector.broadcast(SPECIES, norms[k])
              : FloatVector.fromArray(SPECIES, costs, k * POINTS + lane);
      cost = x0.fma(FloatVector.broadcast(SPECIES, c[at]), cost);
      cost = x1.fma(FloatVector.broadcast(SPECIES, c[at + 1]), cost);
      cost = x2.fma(FloatVector.broadcast(SPECIES, c[at + 2]), cost);
      cost = x3.fma(FloatVector.broadcast(SPECIES, c[at + 3]), cost);
      cost = x4.fma(FloatVector.broadcast(SPECIES, c[at + 4]), cost);
      cost = x5.fma(FloatVector.broadcast(SPECIES, c[at + 5]), cost);
      cost = x6.fma(FloatVector.broadcast(SPECIES, c[at + 6]), cost);
      cost = x7.fma(FloatVector.broadcast(SPECIES, c[at + 7]), cost);
      cost.intoArray(costs, k * POINTS + lane);
    }
  }

  @Override
  public void offer(float[] costs, float[] partialCosts, int beam, BeamLists lists) {
    float[] thresholds = lists.thresholds();
    for (int lane = 0; lane < POINTS; lane += LANES) {
      FloatVector partial = FloatVector.fromArray(SPECIES, partialCosts, lane);
      FloatVector threshold = FloatVector.fromArray(SPECIES, thresholds, lane);
      for (int row = lane; row < costs.length; row += POINTS) {
        long cheaper =
            FloatVector.fromArray(SPECIES, costs, row)
                .add(partial)
                .compare(VectorOperators.LT, threshold)
                .toLong();
        if (cheaper != 0) {
          for (long rest = cheaper; rest != 0; rest &= rest - 1) {
            int p = Long.numberOfTrailingZeros(rest);
            lists.insert(lane + p, costs[row + p] + partialCosts[lane + p], beam, row / POINTS);
          }
          threshold = FloatVector.fromArray(SPECIES, thresholds, lane);
        }
      }
    }
  }

  @Override
  public void bestRow(float[] rowCosts, float[] columnCosts, float[] pairCosts, int[] best) {
    for (int lane = 0; lane < POINTS; lane += LANES) {
      bestRowOfLanes(rowCosts, columnCosts, pairCosts, lane, best);
    }
  }

  /**
   * The minimum is taken over the bits as integers, whose order is that of non-negative floats: one
   * instruction, where the minimum of floats has NaN and −0 to mind and takes five.
   */
  private static void bestRowOfLanes(
      float[] rowCosts, float[] columnCosts, float[] pairCosts, int lane, int[] best) {
    int rows = rowCosts.length / POINTS;
    int columns = columnCosts.length / POINTS;
    int infinity = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
    FloatVector least = FloatVector.broadcast(SPECIES, Float.POSITIVE_INFINITY);
    FloatVector index = FloatVector.zero(SPECIES);
    for (int k = 0; k < rows; k++) {
      int row = k * columns;
      IntVector even = IntVector.broadcast(INTEGERS, infinity);
      IntVector odd = even;
      for (int l = 0; l < columns; l += 2) {
        even =
            even.min(
                FloatVector.fromArray(SPECIES, columnCosts, l * POINTS + lane)
                    .add(FloatVector.broadcast(SPECIES, pairCosts[row + l]))
                    .reinterpretAsInts());
        odd =
            odd.min(
                FloatVector.fromArray(SPECIES, columnCosts, (l + 1) * POINTS + lane)
                    .add(FloatVector.broadcast(SPECIES, pairCosts[row + l + 1]))
                    .reinterpretAsInts());
      }
      FloatVector cost =
          even.min(odd)
              .reinterpretAsFloats()
              .add(FloatVector.fromArray(SPECIES, rowCosts, k * POINTS + lane));
      VectorMask<Float> less = cost.compare(VectorOperators.LT, least);
      least = least.blend(cost, less);
      index = index.blend((float) k, less);
    }
    storeIndices(index, lane, best);
  }
}
