package org.zoopress.coding;

/**
 * What the integers already coded tell about the next one: where it lies and how far it strays.
 *
 * <p>Location: a {@link LinearPredictor} inside of the group. Spread: the expected distance from
 * that prediction, a weighted mean of the distances found
 *
 * <ul>
 *   <li>at the three positions before and at the same place of the group before,
 *   <li>in this row so far (of a convolution: this output channel),
 *   <li>in this column of groups (this input channel) in all rows before,
 *   <li>in exactly this column, forgetting quickly.
 * </ul>
 *
 * The weights were fitted by hand on ResNet-20 and ResNet-56 for CIFAR-10; leaving any one out
 * costs 0.1 to 1 % of the bytes.
 *
 * <p>Where the positions of a group are frequencies, nothing is predicted and the spread is that of
 * {@link FrequencySpread}.
 */
final class IntegerContext {
  /** Half octaves of the spread, from 1/8 up. */
  static final int SPREADS = 24;

  /** Classes of the distance of the prediction from zero, relative to the spread. */
  static final int LOCATIONS = 8;

  static final int CONTEXTS = SPREADS * LOCATIONS;

  private static final float NEAR_WEIGHT = 0.05f;
  private static final float ROW_WEIGHT = 0.35f;
  private static final float CHANNEL_WEIGHT = 0.35f;
  private static final float COLUMN_WEIGHT = 0.1f;

  /**
   * Added to the spread where the prediction is compared with it: rounding alone spreads as much.
   */
  private static final float SPREAD_FLOOR = 0.3f;

  // Thresholds of |prediction| / (spread + floor). Five instead of seven cost 0.1 %, nine gain 0.05
  // %.
  private static final float[] LOCATION_LIMITS = {0.1f, 0.25f, 0.45f, 0.7f, 1.05f, 1.5f, 2.1f};

  /** Bits of a float32 from the first mantissa bit up, at the value 1/8. */
  private static final int FIRST_HALF_OCTAVE = Float.floatToIntBits(0.125f) >>> 22;

  // How many observations a running mean covers.
  private static final int CHANNEL_MEMORY = 40;
  private static final int COLUMN_MEMORY = 10;
  private static final int OVERALL_MEMORY = 256;
  private static final int ROW_MEMORY = 1 << 12;
  private static final float[] MEAN_RATES = new float[ROW_MEMORY];

  static {
    for (int n = 0; n < ROW_MEMORY; n++) {
      MEAN_RATES[n] = 1 / (n + 1.5f);
    }
  }

  private final int rowLength;
  private final int groupLength;
  private final LinearPredictor predictor;
  private final FrequencySpread frequencies;
  private final float[] distances;
  private final float[] columnSpreads;
  private final float[] channelSpreads;
  private final int[] channelCounts;

  private int next;
  private int row;
  private int column;
  private int position;
  private int channel;
  private float rowSpread;
  private float overallSpread;
  private float prediction;
  private int context;

  /**
   * @param count integers of the segment
   */
  IntegerContext(int count, IntegerLayout layout) {
    rowLength = Math.min(layout.rowLength(), Math.max(1, count));
    groupLength = Math.min(layout.groupLength(), rowLength);
    predictor =
        layout.positions() == IntegerLayout.Positions.SAMPLES
                && groupLength > 1
                && groupLength <= LinearPredictor.LARGEST_GROUP
            ? new LinearPredictor(groupLength)
            : null;
    frequencies =
        layout.positions() == IntegerLayout.Positions.FREQUENCIES
            ? new FrequencySpread(count, rowLength, groupLength)
            : null;
    // Coefficients have their spreads elsewhere.
    int columns = frequencies == null ? rowLength : 1;
    distances = new float[frequencies == null ? count : 0];
    columnSpreads = new float[columns];
    channelSpreads = new float[(columns - 1) / groupLength + 1];
    channelCounts = new int[channelSpreads.length];
    derive();
  }

  /** Spread in the middle of the context's class. */
  static double meanSpread(int context) {
    int spreadClass = context / LOCATIONS;
    return spreadClass == 0
        ? 0.06
        : 1.2 * Float.intBitsToFloat((FIRST_HALF_OCTAVE + spreadClass - 1) << 22);
  }

  /** |Prediction| in the middle of the context's class. */
  static double meanLocation(int context) {
    int location = context % LOCATIONS;
    double relative =
        location == 0
            ? 0.5 * LOCATION_LIMITS[0]
            : location == LOCATIONS - 1
                ? 1.3 * LOCATION_LIMITS[location - 1]
                : 0.5 * (LOCATION_LIMITS[location - 1] + LOCATION_LIMITS[location]);
    return relative * (meanSpread(context) + SPREAD_FLOOR);
  }

  /** Context of the next integer, below {@link #CONTEXTS}. */
  int context() {
    return context;
  }

  /** 1 if the prediction is negative: the next integer is then coded mirrored. */
  int mirrored() {
    return prediction < 0 ? 1 : 0;
  }

  /** The next integer was {@code value}; moves on. */
  void learn(int value) {
    if (frequencies != null) {
      frequencies.learn(Math.abs((float) value));
      context = spreadClass(frequencies.expected()) * LOCATIONS;
      return;
    }
    float distance = Math.abs(value - prediction);
    distances[next] = distance;
    columnSpreads[column] +=
        (distance - columnSpreads[column]) * MEAN_RATES[Math.min(row, COLUMN_MEMORY)];
    int seen = channelCounts[channel];
    channelSpreads[channel] += (distance - channelSpreads[channel]) * MEAN_RATES[seen];
    channelCounts[channel] = Math.min(seen + 1, CHANNEL_MEMORY);
    rowSpread += (distance - rowSpread) * MEAN_RATES[Math.min(column, ROW_MEMORY - 1)];
    overallSpread += (distance - overallSpread) * MEAN_RATES[Math.min(next, OVERALL_MEMORY)];
    if (predictor != null) {
      predictor.learn(position, value, prediction);
    }
    advance();
    derive();
  }

  private void advance() {
    next++;
    column++;
    position++;
    if (position == groupLength) {
      position = 0;
      channel++;
    }
    if (column == rowLength) {
      column = 0;
      position = 0;
      channel = 0;
      row++;
      rowSpread = overallSpread;
    }
  }

  private void derive() {
    prediction = predictor == null ? 0 : predictor.predict(position);
    float near =
        distance(1)
            + distance(2)
            + distance(3)
            + (column < groupLength ? 0 : distance(groupLength));
    float spread =
        NEAR_WEIGHT * near
            + ROW_WEIGHT * rowSpread
            + CHANNEL_WEIGHT * channelSpreads[channel]
            + COLUMN_WEIGHT * columnSpreads[column];
    float scale = spread + SPREAD_FLOOR;
    float away = Math.abs(prediction);
    int location = 0;
    for (float limit : LOCATION_LIMITS) {
      if (away > limit * scale) {
        location++;
      }
    }
    context = spreadClass(spread) * LOCATIONS + location;
  }

  /** Half octave of a spread, below {@link #SPREADS}. */
  static int spreadClass(float spread) {
    int halfOctave = (Float.floatToRawIntBits(spread) >>> 22) - FIRST_HALF_OCTAVE + 1;
    return Math.max(0, Math.min(SPREADS - 1, halfOctave));
  }

  private float distance(int back) {
    return next < back ? 0 : distances[next - back];
  }
}
