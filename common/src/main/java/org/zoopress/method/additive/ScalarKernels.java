package org.zoopress.method.additive;

import java.util.Arrays;

/** {@link CodewordKernels} in plain Java: the twin of {@link VectorKernels}, bit for bit. */
final class ScalarKernels implements CodewordKernels {
  @Override
  public void nearest(CodewordTable table, float[] points, float[] scratch, int[] nearest) {
    costs(table, points, scratch);
    for (int p = 0; p < POINTS; p++) {
      float least = Float.POSITIVE_INFINITY;
      nearest[p] = 0;
      for (int k = 0; k < table.codewords(); k++) {
        if (scratch[k * POINTS + p] < least) {
          least = scratch[k * POINTS + p];
          nearest[p] = k;
        }
      }
    }
  }

  @Override
  public void costs(CodewordTable table, float[] points, float[] costs) {
    int d = table.paddedDimension();
    float[] minusTwice = table.minusTwice();
    float[] cost = new float[POINTS];
    for (int k = 0; k < table.codewords(); k++) {
      Arrays.fill(cost, table.costs()[k]);
      for (int j = 0; j < d; j++) {
        float c = minusTwice[k * d + j];
        for (int p = 0; p < POINTS; p++) {
          cost[p] = Math.fma(points[j * POINTS + p], c, cost[p]);
        }
      }
      System.arraycopy(cost, 0, costs, k * POINTS, POINTS);
    }
  }

  @Override
  public void offer(float[] costs, float[] partialCosts, int beam, BeamLists lists) {
    float[] thresholds = lists.thresholds();
    for (int k = 0; k < costs.length / POINTS; k++) {
      for (int p = 0; p < POINTS; p++) {
        float cost = costs[k * POINTS + p] + partialCosts[p];
        if (cost < thresholds[p]) {
          lists.insert(p, cost, beam, k);
        }
      }
    }
  }

  @Override
  public void bestRow(float[] rowCosts, float[] columnCosts, float[] pairCosts, int[] best) {
    int rows = rowCosts.length / POINTS;
    int columns = columnCosts.length / POINTS;
    float[] least = new float[POINTS];
    float[] ofRow = new float[POINTS];
    Arrays.fill(least, Float.POSITIVE_INFINITY);
    Arrays.fill(best, 0);
    for (int k = 0; k < rows; k++) {
      Arrays.fill(ofRow, Float.POSITIVE_INFINITY);
      for (int l = 0; l < columns; l++) {
        float pair = pairCosts[k * columns + l];
        for (int p = 0; p < POINTS; p++) {
          ofRow[p] = Math.min(ofRow[p], columnCosts[l * POINTS + p] + pair);
        }
      }
      for (int p = 0; p < POINTS; p++) {
        float cost = ofRow[p] + rowCosts[k * POINTS + p];
        if (cost < least[p]) {
          least[p] = cost;
          best[p] = k;
        }
      }
    }
  }
}
