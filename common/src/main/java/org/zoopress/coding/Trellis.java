package org.zoopress.coding;

/**
 * The finite automaton of dependent (trellis-coded) quantization.
 *
 * <p>Reconstruction points are the integers r times a step. Two quantizers share them: Q0 has the
 * even integers, Q1 the odd ones and zero:
 *
 * <pre>  Q0: r = 2k        Q1: r = 2k − sgn(k)        (k the index that is coded)</pre>
 *
 * Which one is next follows from the parities of the indices before, so that the points that remain
 * possible lie as densely as the integers although each index costs as little as one of a quantizer
 * of twice the step. The automaton is the systematic feedback encoder of Ungerboeck's convolutional
 * code with parity-check polynomials h0, h1: its lowest register bit names the quantizer, and
 *
 * <pre>  state ← (state ≫ 1) ⊕ (state ∧ 1)·(h0 ≫ 1) ⊕ (k ∧ 1)·(h1 ≫ 1)</pre>
 *
 * With one state ({@link #NONE}) this is plain quantization: r = k.
 *
 * @see <a href="https://doi.org/10.1109/18.44973">Marcellin and Fischer, Trellis coded quantization
 *     of memoryless and Gauss-Markov sources, 1990</a>; Ungerboeck 1982, table I, for the codes;
 *     ISO/IEC 15938-17 for the two quantizers that share zero
 */
public enum Trellis {
  /** Plain uniform quantization. */
  NONE(0, 1, 0, 0),
  /** 4 states: 0.99 dB of the 1.53 dB that are possible at high rate. */
  STATES_4(1, 4, 05, 02),
  /** 8 states: 1.08 dB. */
  STATES_8(2, 8, 013, 04),
  /** 32 states: 0.14 dB better than 8 for 1.5 times the time. */
  STATES_32(3, 32, 045, 010),
  /** 128 states: 0.1 dB better than 32 for 2.4 times the time. */
  STATES_128(4, 128, 0235, 0126);

  private final int code;
  private final int states;
  private final int feedback;
  private final int input;

  Trellis(int code, int states, int h0, int h1) {
    this.code = code;
    this.states = states;
    this.feedback = h0 >>> 1;
    this.input = h1 >>> 1;
  }

  /** Stable number in the stored format. */
  public int code() {
    return code;
  }

  /** Inverse of {@link #code}. */
  public static Trellis ofCode(int code) {
    for (Trellis trellis : values()) {
      if (trellis.code == code) {
        return trellis;
      }
    }
    throw new CorruptDataException("unknown trellis " + code);
  }

  /** Number of states; coding starts in state 0. */
  public int states() {
    return states;
  }

  /** The quantizer of a state, 0 or 1. */
  public int quantizer(int state) {
    return state & 1;
  }

  /** The state after index k. */
  public int next(int state, int k) {
    return (state >>> 1) ^ (-(state & 1) & feedback) ^ (-(k & 1) & input);
  }

  /** The reconstruction point of index k. */
  public int point(int state, int k) {
    if (states == 1) {
      return k;
    }
    return 2 * k - ((state & 1) == 0 ? 0 : Integer.signum(k));
  }

  /** Inverse of {@link #point}, for a point of the state's quantizer. */
  public int index(int state, int point) {
    if (states == 1) {
      return point;
    }
    return (point + ((state & 1) == 0 ? 0 : Integer.signum(point))) / 2;
  }
}
