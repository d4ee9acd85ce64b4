package org.zoopress.datafree;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.zoopress.network.NetworkLayer;

/**
 * Second moments of what a layer reads, and of that with what its outputs lack.
 *
 * <pre>  H_g = mean over places of x xᵀ,    D_g = mean over places of (y − W x) xᵀ</pre>
 *
 * x are the inputs at one place of the output, n = I/groups · kh · kw numbers of group g, in the
 * compressed network; y is what the original layer gives there in the original network, without its
 * bias. Places are taken from all samples, every k-th where there are many more than columns.
 * Columns are laid out {@value #CHUNK_FLOATS} numbers at a time, so that beside the inputs and
 * outputs of the layer no more is held, but for a sample that alone has more. Products are taken in
 * float32 and added in double.
 *
 * @param gram H of each group, n×n, row-major, symmetric
 * @param drift D of each group, O/groups × n, row-major
 */
record InputMoments(double[][] gram, double[][] drift) {
  /** 32 MiB. */
  static final int CHUNK_FLOATS = 1 << 23;

  /** Second moments are then known to a few per cent; more places gained nothing. */
  private static final long PLACES_PER_COLUMN = 160;

  private static final long FEWEST_PLACES = 20_000;

  /**
   * @param columns of the layer, with the compressed network's inputs and the original's outputs
   * @param weight W of the original, (O, n) whatever the order in which it is stored
   */
  static InputMoments of(NetworkLayer layer, PlaceColumns columns, float[] weight) {
    int groups = layer.groups();
    int n = columns.columns();
    int outputs = layer.outputs() / groups;
    try (PointerScope scope = new PointerScope()) {
      Tensor w = Tensor.create(weight, groups, outputs, n);
      Tensor gram = zeros(groups, n, n);
      Tensor drift = zeros(groups, outputs, n);
      long every = every(columns, n);
      int chunk =
          (int) Math.max(1, Math.min(columns.samples(), CHUNK_FLOATS / columns.floatsOfSample()));
      long places = 0;
      for (int first = 0; first < columns.samples(); first += chunk) {
        int count = Math.min(chunk, columns.samples() - first);
        try (PointerScope part = new PointerScope()) {
          long offset = first / chunk % every;
          Tensor x = columns.inputs(first, count, offset, every);
          Tensor lacking = columns.outputs(first, count, offset, every).sub(torch.bmm(w, x));
          Tensor transposed = x.transpose(1, 2);
          gram.add_(torch.bmm(x, transposed).to(torch.ScalarType.Double));
          drift.add_(torch.bmm(lacking, transposed).to(torch.ScalarType.Double));
          places += x.size(2);
        }
      }
      double[][] h = rows(gram, groups, places);
      for (double[] group : h) {
        symmetrize(group, n);
      }
      return new InputMoments(h, rows(drift, groups, places));
    }
  }

  /** Odd, so that it runs through all columns of images whose width is a power of two. */
  private static long every(PlaceColumns columns, int n) {
    long all = columns.samples() * columns.places();
    long every = all / Math.max(FEWEST_PLACES, PLACES_PER_COLUMN * n);
    return Math.min(columns.places(), Math.max(1, every - 1 + every % 2));
  }

  private static Tensor zeros(long... dims) {
    return torch.zeros(dims).to(torch.ScalarType.Double);
  }

  private static double[][] rows(Tensor sums, int groups, long places) {
    double[] all = new double[Math.toIntExact(sums.numel())];
    new DoublePointer(sums.data_ptr_double()).get(all);
    int size = all.length / groups;
    double[][] rows = new double[groups][size];
    for (int g = 0; g < groups; g++) {
      for (int i = 0; i < size; i++) {
        rows[g][i] = all[g * size + i] / places;
      }
    }
    return rows;
  }

  private static void symmetrize(double[] h, int n) {
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double mean = (h[i * n + j] + h[j * n + i]) / 2;
        h[i * n + j] = mean;
        h[j * n + i] = mean;
      }
    }
  }
}
