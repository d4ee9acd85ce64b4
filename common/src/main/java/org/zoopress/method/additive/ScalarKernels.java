package org.zoopress.method.additive;

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
    for (int k = 0; k < table.codewords(); k++) {
      float norm = table.squaredNorms()[k];
      for (int p = 0; p < POINTS; p++) {
        float cost = norm;
        for (int j = 0; j < d; j++) {
          cost = Math.fma(points[j * POINTS + p], minusTwice[k * d + j], cost);
        }
        costs[k * POINTS + p] = cost;
      }
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
    for (int p = 0; p < POINTS; p++) {
      float least = Float.POSITIVE_INFINITY;
      best[p] = 0;
      for (int k = 0; k < rows; k++) {
        float ofRow = Float.POSITIVE_INFINITY;
        for (int l = 0; l < columns; l++) {
          ofRow = Math.min(ofRow, columnCosts[l * POINTS + p] + pairCosts[k * columns + l]);
        }
        if (ofRow + rowCosts[k * POINTS + p] < least) {
          least = ofRow + rowCosts[k * POINTS + p];
          best[p] = k;
        }
      }
    }
  }
}
