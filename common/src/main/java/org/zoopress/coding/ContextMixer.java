package org.zoopress.coding;

import java.util.Arrays;

/**
 * Predicts the bits of a text from many contexts at once, whose logits are added with weights that
 * are learned on the way (logistic mixing). In integers only.
 *
 * <p>For each context i and each bit there is an estimate p_i with a count of what it rests on. The
 * mixed probability is
 *
 * <pre>  p = σ(Σ_i w_i · x_i),    w_i ← w_i + η · (bit − p) · x_i </pre>
 *
 * with two inputs a context: x = logit(p_i), and the same again scaled down where the count is
 * small; none where the context is new. The weights are a mean over sets that are selected by what
 * is known of the text. Contexts are the last 0 to 6 bytes, and the tokens that end at control
 * bytes and at separators of names. Two match models follow the longest earlier occurrence of the
 * last bytes.
 *
 * @see <a href="https://doi.org/10.1007/978-1-84882-903-9">Salomon and Motta, Handbook of Data
 *     Compression, 5th ed., 5.15 (PAQ)</a>
 */
final class ContextMixer {
  private static final int CONTEXTS = 14;
  private static final int MATCHES = 2;
  private static final int INPUTS = 2 * CONTEXTS + 2 * MATCHES + 1;
  private static final int SETS = 3;
  private static final int TABLE_BITS = 18;
  private static final int COUNT_BITS = 10;
  private static final int MAX_COUNT = 255;
  private static final int EVEN_ODDS = (1 << 31) & ~((1 << COUNT_BITS) - 1);
  private static final int[] MIN_MATCH = {4, 9};
  private static final int MATCH_HASH_BITS = 16;
  private static final int MAX_MATCH = 31;
  private static final int WEIGHT_BITS = 16;
  private static final int[] RATE = new int[MAX_COUNT + 1];
  private static final int[] CONFIDENCE = new int[MAX_COUNT + 1];

  static {
    for (int n = 0; n <= MAX_COUNT; n++) {
      RATE[n] = (1 << 17) / (2 * n + 3);
      CONFIDENCE[n] = n == 0 ? 0 : 256 * n / (n + 3);
    }
  }

  private final int[][] tables = new int[CONTEXTS][1 << TABLE_BITS];
  private final int[] hashes = new int[CONTEXTS];
  private final int[] slots = new int[CONTEXTS];
  private final int[] inputs = new int[INPUTS];
  private final int[][] weights;
  private final int[] offsets = new int[SETS];
  private final int[] mixed = new int[SETS];
  private final int[][] matchHead = new int[MATCHES][1 << MATCH_HASH_BITS];
  private final int[] matchAt = new int[MATCHES];
  private final int[] matchLength = new int[MATCHES];
  private final int[] matchSlot = new int[MATCHES];
  private final int[][] matchModel = new int[MATCHES][2 * (MAX_MATCH + 1)];
  private byte[] text = new byte[1 << 12];
  private int size;
  private int node = 1;
  private int known;
  private int token;
  private int lastToken;
  private int beforeLastToken;
  private int part;
  private int lastPart;
  private int control;
  private int lastControl;
  private int probability;

  ContextMixer() {
    for (int[] table : tables) {
      Arrays.fill(table, EVEN_ODDS);
    }
    for (int m = 0; m < MATCHES; m++) {
      Arrays.fill(matchModel[m], EVEN_ODDS);
      Arrays.fill(matchHead[m], -1);
    }
    int[] selectors = {256, (CONTEXTS + 1) * 4, 256};
    weights = new int[SETS][];
    for (int s = 0; s < SETS; s++) {
      weights[s] = new int[selectors[s] * INPUTS];
      Arrays.fill(weights[s], (1 << WEIGHT_BITS) * 2 / 10);
    }
    contexts();
    predict();
  }

  private ContextMixer(ContextMixer other) {
    for (int i = 0; i < CONTEXTS; i++) {
      tables[i] = other.tables[i].clone();
    }
    System.arraycopy(other.hashes, 0, hashes, 0, CONTEXTS);
    System.arraycopy(other.slots, 0, slots, 0, CONTEXTS);
    System.arraycopy(other.inputs, 0, inputs, 0, INPUTS);
    weights = new int[SETS][];
    for (int s = 0; s < SETS; s++) {
      weights[s] = other.weights[s].clone();
    }
    System.arraycopy(other.offsets, 0, offsets, 0, SETS);
    System.arraycopy(other.mixed, 0, mixed, 0, SETS);
    for (int m = 0; m < MATCHES; m++) {
      matchHead[m] = other.matchHead[m].clone();
      matchModel[m] = other.matchModel[m].clone();
    }
    System.arraycopy(other.matchAt, 0, matchAt, 0, MATCHES);
    System.arraycopy(other.matchLength, 0, matchLength, 0, MATCHES);
    System.arraycopy(other.matchSlot, 0, matchSlot, 0, MATCHES);
    text = other.text.clone();
    size = other.size;
    node = other.node;
    known = other.known;
    token = other.token;
    lastToken = other.lastToken;
    beforeLastToken = other.beforeLastToken;
    part = other.part;
    lastPart = other.lastPart;
    control = other.control;
    lastControl = other.lastControl;
    probability = other.probability;
  }

  /** The same in the same state, independent from now on. */
  ContextMixer copy() {
    return new ContextMixer(this);
  }

  /** Probability that the next bit is one, in 1/65536, from 1 to 65535. */
  int probability() {
    return probability;
  }

  /** Learns the next bit. */
  void update(int bit) {
    int target = bit << 16;
    for (int s = 0; s < SETS; s++) {
      int error = (target - mixed[s]) * 10 >> 4;
      int[] w = weights[s];
      int offset = offsets[s];
      for (int i = 0; i < INPUTS; i++) {
        w[offset + i] += (inputs[i] * error + (1 << 13)) >> 14;
      }
    }
    for (int i = 0; i < CONTEXTS; i++) {
      tables[i][slots[i]] = learned(tables[i][slots[i]], bit);
    }
    for (int m = 0; m < MATCHES; m++) {
      if (matchSlot[m] >= 0) {
        matchModel[m][matchSlot[m]] = learned(matchModel[m][matchSlot[m]], bit);
      }
    }
    node = 2 * node + bit;
    if (node >= 256) {
      append(node - 256);
      node = 1;
      contexts();
    }
    predict();
  }

  private static int learned(int state, int bit) {
    int n = state & ((1 << COUNT_BITS) - 1);
    int p = state >>> COUNT_BITS;
    int target = bit == 0 ? 0 : (1 << 22) - 1;
    p += (int) (((long) (target - p) * RATE[n]) >> 16);
    return p << COUNT_BITS | Math.min(n + 1, MAX_COUNT);
  }

  private void append(int value) {
    if (size == text.length) {
      text = Arrays.copyOf(text, 2 * size);
    }
    text[size++] = (byte) value;
    for (int m = 0; m < MATCHES; m++) {
      if (matchLength[m] > 0 && (text[matchAt[m]] & 0xFF) == value) {
        matchAt[m]++;
        matchLength[m] = Math.min(matchLength[m] + 1, 65535);
      } else {
        matchLength[m] = 0;
      }
      if (size >= MIN_MATCH[m]) {
        int hash = 0;
        for (int i = 1; i <= MIN_MATCH[m]; i++) {
          hash = (hash + (text[size - i] & 0xFF) + 1) * 0x2F0B4C47;
        }
        int head = hash >>> (32 - MATCH_HASH_BITS);
        if (matchLength[m] == 0 && matchHead[m][head] > 0) {
          matchAt[m] = matchHead[m][head];
          int length = 0;
          while (length < MAX_MATCH
              && length < matchAt[m]
              && text[matchAt[m] - 1 - length] == text[size - 1 - length]) {
            length++;
          }
          matchLength[m] = length;
        }
        matchHead[m][head] = size;
      }
    }
    if (value < 64 && value != '.' && value != '/' && !(value >= '0' && value <= '9')) {
      beforeLastToken = lastToken;
      lastToken = token;
      token = 0;
      lastPart = part;
      part = 0;
      lastControl = control;
      control = value;
    } else if (value == '.' || value == '/' || value == '_') {
      lastPart = part;
      part = value;
      token = (token + value + 1) * 0x2C1B3C6D;
    } else {
      token = (token + value + 1) * 0x2C1B3C6D;
      part = (part + value + 1) * 0x297A2D39;
    }
  }

  private int back(int i) {
    return i <= size ? text[size - i] & 0xFF : 0;
  }

  private void contexts() {
    int h = 0;
    int i = 0;
    for (int order = 0; order <= 6; order++) {
      if (order > 0) {
        h = (h + back(order) + 1) * 0x3D4D51CB;
      }
      hashes[i++] = h + order * 0x1656677F;
    }
    hashes[i++] = hash(token, 1, 7);
    hashes[i++] = hash(token, lastToken, 8);
    hashes[i++] = hash(token, hash(lastToken, beforeLastToken, 1), 9);
    hashes[i++] = hash(part, lastPart, 10);
    hashes[i++] = hash(part, control, 11);
    hashes[i++] = hash(token, control << 8 | lastControl, 12);
    hashes[i++] = hash(back(2) << 8 | back(3), back(4), 13);
    known = 0;
  }

  private static int hash(int a, int b, int c) {
    int h = a * 0x2F0B4C47 ^ (b + c) * 0x3D4D51CB;
    return (h ^ h >>> 15) * 0x27D4EB2F + c;
  }

  private void predict() {
    int x = 0;
    int confident = 0;
    for (int i = 0; i < CONTEXTS; i++) {
      int h = (hashes[i] + node * 0x9E3779B1) * 0x2545F491;
      slots[i] = (h ^ h >>> 16) >>> (32 - TABLE_BITS);
      int state = tables[i][slots[i]];
      int n = state & ((1 << COUNT_BITS) - 1);
      int logit = n == 0 ? 0 : Logistic.stretch(state >>> 16);
      confident += n > 0 ? 1 : 0;
      inputs[x++] = logit;
      inputs[x++] = logit * CONFIDENCE[n] >> 8;
    }
    int expected = 0;
    for (int m = 0; m < MATCHES; m++) {
      matchSlot[m] = -1;
      int logit = 0;
      if (matchLength[m] > 0) {
        int byteAt = (text[matchAt[m]] & 0xFF) + 256;
        int bits = 32 - Integer.numberOfLeadingZeros(node);
        if (byteAt >>> (9 - bits) == node) {
          int bit = byteAt >>> (8 - bits) & 1;
          matchSlot[m] = 2 * Math.min(matchLength[m], MAX_MATCH) + bit;
          logit = Logistic.stretch(matchModel[m][matchSlot[m]] >>> 16);
          expected = m + 1 + (matchLength[m] >= 16 ? 1 : 0);
        } else {
          matchLength[m] = 0;
        }
      }
      inputs[x++] = logit;
      inputs[x++] = matchLength[m] > 0 ? (logit > 0 ? 256 : -256) : 0;
    }
    inputs[x] = 256;
    offsets[0] = node * INPUTS;
    offsets[1] = (confident * 4 + expected) * INPUTS;
    offsets[2] = (size > 0 ? text[size - 1] & 0xFF : 0) * INPUTS;
    long sum = 0;
    for (int s = 0; s < SETS; s++) {
      long dot = 0;
      for (int i = 0; i < INPUTS; i++) {
        dot += (long) weights[s][offsets[s] + i] * inputs[i];
      }
      int logit = (int) Math.max(-Logistic.LIMIT, Math.min(Logistic.LIMIT, dot >> WEIGHT_BITS));
      mixed[s] = Logistic.squash(logit);
      sum += logit;
    }
    probability = Logistic.squash((int) (sum / SETS));
  }
}
