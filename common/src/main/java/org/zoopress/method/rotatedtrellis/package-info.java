/**
 * Rotation, scales along the axes, and a fixed-rate trellis code that takes no bytes.
 *
 * <p><b>Model.</b> A weight W of O×I×P (P = kh·kw) is rotated to X = QW; each x of output channel
 * o, input channel i and kernel coefficient p has a scale σ = u · 2^((a_o + c_i + b_p)/4), and is
 * replaced by σ g(R) C[s], where C is a fixed code of unit variance and s the state of a shift
 * register.
 *
 * <p><b>Rotation</b> ({@link org.zoopress.method.rotatedtrellis.RotatedLayout}). Along each kernel
 * always an orthonormal cosine transform. Along each channel axis either a randomized Hadamard
 * rotation ({@link org.zoopress.linalg.HadamardRotation}), which makes weights Gaussian and alike
 * so that the axis needs no scales, or none, and each channel has its scale. Which of the four
 * layouts is best is found by theory, and by trial with few states where theory leaves a doubt.
 * QuIP# and QTIP mix both axes; at equal bytes scales are worth more for most convolutions, because
 * bits can then follow them.
 *
 * <p><b>Rates</b> ({@link org.zoopress.method.rotatedtrellis.StepSchedule}). Reverse water-filling:
 * R = log₂ σ + a constant, in 256ths of a bit, 0 or from ¼ to 8, computed in integers from the
 * stored exponents. The constant is the largest that keeps to the bits asked for.
 *
 * <p><b>Code</b> ({@link org.zoopress.method.rotatedtrellis.TrellisCode}). Bit-shift trellis of 2^L
 * states: at each weight k new bits enter at the low end,
 *
 * <pre>  s' = (s · 2^k + b) mod 2^L,      k = ⌊account⌋, account += R − k </pre>
 *
 * so that any rate, also one that changes from weight to weight, is a mixture of whole shifts in
 * one trellis. Below one bit some weights have k = 0 and their number comes from the same state by
 * another table. C[s] is a quantile of the normal distribution: C[s] = Φ⁻¹((rank(s) + ½)/2^L), with
 * rank a permutation whose most significant bits are the register's newest bits, each flipped by
 * the oldest bit that is its mirror image and by a hash of those between. So the 2^k branches that
 * leave a state, and the 2^k that meet in one, mean numbers from different 2^k-tiles: Ungerboeck's
 * rule, which random tables (QTIP) lack. Where weights keep heavy tails, sinh of the quantiles
 * stands for them ({@link org.zoopress.method.rotatedtrellis.Tails}).
 *
 * <p><b>Search</b> ({@link org.zoopress.method.rotatedtrellis.TrellisSearch}): Viterbi's algorithm,
 * 2^L states a weight, in SIMD lanes. With fused multiply-adds in a fixed order the codes are the
 * same with and without SIMD. g(R) = √(1 − D(R)) is the deviation of the reproduction in the test
 * channel. The overall scale is refitted by least squares at the end.
 *
 * <p><b>Measured</b> on independent Gaussian numbers (512 a row, everything stored counted), D and,
 * for the default, decibels above 2^(−2R):
 *
 * <pre>
 *   bits       0.5      1        1.5      2        2.5      3        3.5
 *   L = 10     0.5301   0.2733   0.1414   0.0719   0.0374   0.0190   0.0100
 *   L = 12     0.5232   0.2681   0.1370   0.0693   0.0356   0.0180   0.0092
 *     dB       0.19     0.30     0.39     0.44     0.56     0.60     0.72
 *   L = 16     0.5205   0.2622   0.1325   0.0668   0.0338   0.0169   0.0086 </pre>
 *
 * A random table in place of the tiles leaves 0.2749 at 1 bit, 0.0739 at 2 and 0.0199 at 3 with L =
 * 12. At 4 bits and more the register is too short (0.8 dB, 1.8 dB at 6): entropy-coded scalar
 * quantization is better there.
 *
 * <p><b>Determinism.</b> Restoring uses additions and multiplications of floats in a fixed order
 * and StrictMath. Signs of rotations are fixed; the seed is not used.
 *
 * <p>Not done: weighting by the inputs of a layer, entropy coding of codes, transforms learnt from
 * the weights.
 *
 * @see <a href="https://arxiv.org/abs/2402.04396">Tseng, Chee, Sun, Kuleshov and De Sa, QuIP#, ICML
 *     2024</a> (randomized Hadamard rotation); <a href="https://arxiv.org/abs/2406.11235">Tseng,
 *     Sun, Hou and De Sa, QTIP, NeurIPS 2024</a> (bit-shift trellis); <a
 *     href="https://doi.org/10.1109/26.46532">Marcellin and Fischer, Trellis Coded Quantization of
 *     Memoryless and Gauss–Markov Sources, IEEE Trans. Communications 38(1), 1990</a>
 */
package org.zoopress.method.rotatedtrellis;
