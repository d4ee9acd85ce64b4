/**
 * Additive quantization: a vector of weights as a sum of codewords, one from each codebook.
 *
 * <p><b>Model.</b> Each filter of a weight is cut into vectors of d numbers, brought to unit scale
 * (one scale a channel or a tensor) and replaced by M codes of log₂ K bits:
 *
 * <pre>  x ≈ C_1[b_1] + … + C_M[b_M],     C_m of K×d,  b of n×M </pre>
 *
 * Size: M log₂ K / d bits a weight, and M·K·d numbers for the codebooks of a tensor. Product
 * quantization is the special case of codewords with disjoint supports, residual quantization that
 * of codes found one after the other; both leave more error (0.095 and 0.094–0.099 of Gaussian
 * vectors with d = 8, M = 2, K = 256, where this leaves less than 0.084).
 *
 * <p><b>Codebooks</b> for given codes are a least squares problem ({@link
 * org.zoopress.method.additive.NormalEquations}): with B the n×MK matrix of code indicators,
 *
 * <pre>  (BᵀB + ρI) C = BᵀX,     ρ = 1e-4 </pre>
 *
 * <p><b>Codes</b> for given codebooks ({@link org.zoopress.method.additive.CodeSearch}) minimise
 *
 * <pre>
 *   ‖x − Σ_m C_m[b_m]‖² − ‖x‖² = Σ_m (‖C_m[b_m]‖² − 2x·C_m[b_m]) + Σ_{m&lt;l} 2C_m[b_m]·C_l[b_l]
 * </pre>
 *
 * For M = 2 all K² pairs are tried: 65,536 additions and minima a vector, sixteen vectors at a time
 * in the lanes of a SIMD register, take 2 µs and are exact. For M ≥ 3 a beam search sets code after
 * code and keeps the best partial codes; then one code after the other is set to its conditional
 * minimum, in random order, until none changes (iterated conditional modes). Rounds of iterated
 * local search may follow: some codes are replaced by random ones, descended again, and kept where
 * cheaper.
 *
 * <p>The beam is worth more than the rounds that LSQ relies on. ResNet-20, d = 8, M = 3, error and
 * vectors per CPU second with the same codebooks: greedy start and 16 rounds 0.0254, 32 rounds
 * 0.0236 at 45,000; beam of 8 without rounds 0.0224 at 184,000; beam of 16 with 4 rounds 0.0213 at
 * 81,000. With M = 8, 16 rounds after the beam gain 0.5 %. Hence the defaults: a beam of 8 without
 * rounds in training, a beam of 16 and 4 rounds for what is stored.
 *
 * <p>The conditional minimum is the codeword nearest to x less the other codewords, computed from d
 * products a codeword. Tables of the pairwise terms, as LSQ has them, need one addition a codebook
 * and codeword instead, but outgrow the caches from M = 3 on.
 *
 * <p><b>Training</b> ({@link org.zoopress.method.additive.CodebookTrainer}) takes turns of both
 * from a residual quantizer, with noise on the codebooks that falls to none (stochastic
 * relaxation).
 *
 * <p><b>Determinism.</b> All sums of the code search are fused multiply-adds in a fixed order, the
 * same with and without SIMD; random numbers belong to fixed blocks of vectors.
 *
 * <p><b>Stored.</b> Codebooks are rounded (to a step where error and bits trade at the slope of the
 * codes) before the final codes are searched for, codewords are numbered by frequency, and scales
 * are refitted by least squares at the end: each output channel then has the error ‖w‖² − ⟨w,
 * y⟩²/‖y‖².
 *
 * <p>Not done: codebooks shared between tensors, rate–distortion search of codes, rotations.
 *
 * @see <a href="https://doi.org/10.1007/978-3-319-46475-6_9">Martinez, Clement, Hoos and Little,
 *     Revisiting Additive Quantization, ECCV 2016</a> (LSQ); <a
 *     href="https://doi.org/10.1007/978-3-030-01270-0_30">Martinez, Zakhmi, Hoos and Little, LSQ++,
 *     ECCV 2018</a>; <a href="https://doi.org/10.1109/CVPR.2014.124">Babenko and Lempitsky,
 *     Additive Quantization for Extreme Vector Compression, CVPR 2014</a>
 */
package org.zoopress.method.additive;
