/**
 * Projective dictionary pair learning: a weight as a product of a dictionary and codes, block by
 * block.
 *
 * <p><b>Model.</b> A convolution (O, I, kh, kw) is the matrix (I·s)×O with s = kh·kw, a fully
 * connected layer I×O ({@link org.zoopress.tensor.Unfolding}). It is cut along its rows into blocks
 * X, m×n with n = O, each at unit scale (root mean square 1, the scale is stored). A block is
 * replaced by D·S, D of k words (m×k) and S the codes (k×n): k(m + n) numbers instead of m·n.
 * Learned is
 *
 * <pre>  min over D, A, P of  ‖X − DA‖² + τ‖PX − A‖² + γ‖P‖²     subject to ‖d_i‖₂ ≤ 1 </pre>
 *
 * by turns, each part being a least squares problem:
 *
 * <pre>
 *   P = τAXᵀ(τXXᵀ + γI)⁻¹                                       analysis, k×m
 *   D = argmin ‖X − DA‖² within the unit ball, by ADMM:          dictionary, m×k
 *       D = (ρ(Z − T) + XAᵀ)(ρI + AAᵀ)⁻¹,  Z = columns of D + T projected,  T += D − Z,  ρ grows
 *   A = (DᵀD + τI)⁻¹(DᵀX + τPX)                                 codes, k×n </pre>
 *
 * with τ = 0.05, γ = 1e-4, ρ from 1 by 1.2 a step, at most 20 turns.
 *
 * <p><b>Columns do not count.</b> A is always NᵀX for an m×k matrix N: at the start by choice,
 * later by its formula with N = (D + τPᵀ)(DᵀD + τI)⁻¹. P and D need of A no more than XAᵀ = XXᵀN
 * and AAᵀ = NᵀXXᵀN. So {@link org.zoopress.method.dictionarypair.PairLearner} works on C = XXᵀ
 * alone, and a turn costs O(m²k) however many columns there are, which is what makes dictionaries
 * over several layers cheap. A tall block is first reduced to the R of X = QR: the objective is the
 * same for QD.
 *
 * <p><b>Why unit scale, a start and a polish.</b> From random words the iteration above is a power
 * iteration on C in disguise, one product with C a turn, damped by the ridges. On Gaussian blocks
 * of 288×512, k = 100, PX is 9 % above the best error after 3 turns, 0.8 % after 10 and 0.2 % after
 * 20, which takes longer than the decomposition it is to replace; without the unit scale, at a
 * deviation of 0.02, τ and ρ weigh more and 64×256 blocks with k = 32 are still 1.4 % above after
 * 20 turns. Three measures, besides the scale, bring every case that was tried within 0.3 %, most
 * within 0.15 %, after two or three turns:
 *
 * <ul>
 *   <li>The start is the leading eigenspace of C by randomized projection and two power steps,
 *       which are half the price of a turn.
 *   <li>Eight spare words are learned and dropped at the end. The last wanted word converges as
 *       slowly as its energy is near to that of the first word left out, and weights have no gaps
 *       in their spectra; with spare words it is the spare ones that have not converged.
 *   <li>After the turns, D is polished by least squares for S and for D in alternation, which is D
 *       ← orth(C·D), until a round gains less than 0.1 % of what is left; then D is turned into its
 *       principal words (Rayleigh–Ritz). The stored S is the least squares one, not PX.
 * </ul>
 *
 * <p>Principal words are orthonormal and in the order of their energies ‖s_i‖², so a block is
 * learned once with as many words as the most demanding operating point needs, and every other
 * point takes the leading ones. Since D is orthonormal, leaving words out costs exactly their
 * energies.
 *
 * <p><b>Words for an error.</b> Over all blocks of a weight the words with most energy per stored
 * number are taken until the rest is within the target; then the result is restored, measured and,
 * if rounding broke the target, repeated with a smaller bound.
 *
 * <p><b>Words and step together.</b> For entropy-coded factors, word i is stored as ‖s_i‖·d_i
 * beside s_i, and the decoder divides by the norm of the s_i that it reads. Then an error of any
 * stored number weighs the same in X, and one step Δ serves both factors, with error θ = Δ²/12 a
 * number. A word of energy E costs (m + n)θ of error and R = ½ Σ log₂(1 + (2πe/12) v/θ) bits over
 * its m numbers of variance v = E/m and its n numbers of variance E/n; it is worth storing if E −
 * (m + n)θ &gt; 2 ln 2 · θ · R, the right side being the price of R bits at the slope of the
 * quantizer. This makes k a function of θ, and θ is found by bisection for the target error. S is
 * rounded first, with a step that is wider by what fitting D to the rounded S takes back, see
 * {@link org.zoopress.method.RefittedStep}.
 *
 * <p><b>Shared dictionaries.</b> Consecutive layers of equal I·s may share D: their columns stand
 * side by side in X, each layer at its own scale; cost of D is paid once. It pays where layers have
 * words in common.
 *
 * <p><b>Cost.</b> On one core a block takes 0.7 to 1.5 times its thin singular value decomposition.
 * All eigenvectors of C would take a quarter to a half of that and reach the optimum (benchmark
 * {@code DictionaryPairBenchmark}): the pair is here as the published method, not as the fastest
 * way to a low rank.
 *
 * <p><b>Bound.</b> By Eckart and Young no dictionary of k words does better than Σ_{i&gt;k} σ_i² of
 * the block. A full-rank block is exact but for the rounding of its factors.
 *
 * <p>Not done: sparse codes, words shared between row blocks.
 *
 * @see <a href="https://doi.org/10.1007/s10115-023-01846-1">Gao et al., Fast data-free model
 *     compression via dictionary-pair reconstruction, Knowledge and Information Systems, 2023</a>:
 *     the journal version of Gao et al., Dictionary Pair-based Data-Free Fast Deep Neural Network
 *     Compression, ICDM 2021: blocks, counting of bytes, shared dictionaries. The objective and its
 *     alternation are those of Gu et al., Projective Dictionary Pair Learning for Pattern
 *     Classification, NIPS 2014
 */
package org.zoopress.method.dictionarypair;
