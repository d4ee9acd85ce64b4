package org.zoopress.coding;

/**
 * What {@link IntegerModels} believe before the first integer: a logistic distribution around the
 * prediction of the context, with the spread of the context as its mean distance.
 *
 * <p>Small tensors would otherwise pay about 1 % of their bytes for learning what a bell looks
 * like.
 */
final class IntegerPrior {
  /** Weight of the prior in observations; 8 to 32 give the same bytes within 0.1 %. */
  private static final int PRIOR_COUNT = 16;

  // Adaptation of all decisions, see BitModels; one slower or faster costs up to 0.1 %.
  private static final int FAST_SHIFT = 6;
  private static final int SLOW_SHIFT = 9;

  /** Mean distance of a logistic distribution of scale one: 2 ln 2. */
  private static final double LOGISTIC_MEAN_DISTANCE = 2 * 0.6931471805599453;

  private final boolean dependent;

  private IntegerPrior(boolean dependent) {
    this.dependent = dependent;
  }

  static IntegerModels models(Trellis trellis) {
    return new IntegerPrior(trellis != Trellis.NONE).models();
  }

  private IntegerModels models() {
    int quantizers = dependent ? 2 : 1;
    int places = IntegerContext.CONTEXTS * quantizers;
    int exponents = IntegerModels.EXPONENTS;
    IntegerModels models =
        new IntegerModels(
            quantizers,
            new BitModels(places, FAST_SHIFT, SLOW_SHIFT),
            new BitModels(places, FAST_SHIFT, SLOW_SHIFT),
            new BitModels(2 * places * exponents, FAST_SHIFT, SLOW_SHIFT),
            new BitModels(
                (IntegerContext.SPREADS * exponents) << IntegerModels.MODELLED_BITS,
                FAST_SHIFT,
                SLOW_SHIFT));
    for (int context = 0; context < IntegerContext.CONTEXTS; context++) {
      for (int quantizer = 0; quantizer < quantizers; quantizer++) {
        prime(models, context, quantizer);
      }
      primeMantissas(models, context);
    }
    return models;
  }

  private void prime(IntegerModels models, int context, int quantizer) {
    double scale = IntegerContext.meanSpread(context) / LOGISTIC_MEAN_DISTANCE;
    double location = IntegerContext.meanLocation(context);
    int place = models.place(context, quantizer);
    double first = boundary(1, quantizer);
    double above = tail((first - location) / scale);
    double below = tail((first + location) / scale);
    models.zero().prime(place, 1 - above - below, PRIOR_COUNT);
    models.sign().prime(place, below / (above + below), PRIOR_COUNT);
    for (int side = 0; side < 2; side++) {
      double center = side == 0 ? location : -location;
      int base = IntegerModels.exponentPlace(place, side);
      for (int e = 0; e < IntegerModels.EXPONENTS; e++) {
        double from = tail((boundary(1L << e, quantizer) - center) / scale);
        double to = tail((boundary(2L << e, quantizer) - center) / scale);
        models.exponent().prime(base + e, to / from, PRIOR_COUNT);
      }
    }
  }

  private void primeMantissas(IntegerModels models, int context) {
    double scale = IntegerContext.meanSpread(context) / LOGISTIC_MEAN_DISTANCE;
    for (int e = 1; e < IntegerModels.EXPONENTS; e++) {
      int tree = IntegerModels.mantissaPlace(context, e);
      for (int node = 1; node < 1 << IntegerModels.MODELLED_BITS; node++) {
        int depth = 31 - Integer.numberOfLeadingZeros(node);
        if (depth >= e) {
          continue;
        }
        long half = 1L << (e - depth - 1);
        long from = (long) node << (e - depth);
        double start = tail(boundary(from, 0) / scale);
        double middle = tail(boundary(from + half, 0) / scale);
        double end = tail(boundary(from + 2 * half, 0) / scale);
        models.mantissa().prime(tree + node, (middle - end) / (start - end), PRIOR_COUNT);
      }
    }
  }

  /** Smallest value whose index has that magnitude, n ≥ 1; half-way between the points. */
  private double boundary(long n, int quantizer) {
    if (!dependent) {
      return n - 0.5;
    }
    if (quantizer == 0) {
      return 2.0 * n - 1;
    }
    return n == 1 ? 0.5 : 2.0 * n - 2;
  }

  /** Probability of more than z; kept away from zero so that ratios of far tails stay defined. */
  private static double tail(double z) {
    return 1 / (1 + StrictMath.exp(Math.min(z, 300)));
  }
}
