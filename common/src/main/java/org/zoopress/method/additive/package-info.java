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
 * <p><b>Shared codebooks</b> ({@link org.zoopress.method.additive.SharedCodebooks}) are stored once
 * for the layers of many models; a weight refers to them by 8 bytes. Its vectors are at unit scale,
 * so one set of codewords serves layers of any magnitude. For n weights in all the codebooks take
 * about 6 M K d / n bits a weight, and a layer needs no size of its own to afford them.
 *
 * <p><b>Error against bits.</b> Codes for shared codebooks are coded with probabilities p that are
 * stored with them ({@link org.zoopress.method.additive.CodeRates}), and searched for by
 *
 * <pre>  min over b of  ‖x − Σ_m C_m[b_m]‖² − λ/s² Σ_m log₂ p_m[b_m] </pre>
 *
 * with the scale s of the vector: all over a weight a bit is worth an error of λ, and vectors of
 * large weights get more bits (reverse water-filling). A scale is the product of one of the filter
 * and one of the place in it, which follows the input channel ({@link
 * org.zoopress.method.additive.UnitVectors}). In the code search the price of a codeword is one
 * more constant beside its norm, so no loop becomes slower. Codebooks are trained with the same
 * prices (entropy-constrained vector quantization); those for one λ serve others from an eighth to
 * eight times it, so that one set of codebooks has many operating points.
 *
 * <p>What each is worth, as a share of the error at equal bits: prices in training and search 11 %
 * (ResNet-20, d = 16, M = 4, K = 256, total bits), with d = 8 and M = 2 17 %; vectors of 9, one 3×3
 * kernel each, against vectors of 8 28 % (M = 4, codebooks not counted), since then every vector
 * has the scale of its input channel. Tilting the probabilities to the λ of a code gains less than
 * 1 % of its bits and is left out. Scalar coding with its trellis and neighbour contexts still
 * leaves less error on these networks (see BENCHMARKS): it sees the magnitude of every neighbour,
 * codes here are independent.
 *
 * <p><b>Groups.</b> Whether layers share codebooks or have groups of their own follows from their
 * second moments ({@link org.zoopress.method.additive.CodebookGroups}).
 *
 * <p><b>Stored.</b> Codebooks are rounded (to a step where error and bits trade at the slope of the
 * codes) before the final codes are searched for, codewords are numbered by frequency, and scales
 * are refitted by least squares at the end: each output channel then has about the error ‖w‖² − ⟨w,
 * y⟩²/‖y‖². Scales are levels of a logarithmic grid ({@link
 * org.zoopress.method.additive.LogScales}), 0.015 bits a weight on these networks.
 *
 * <p>Not done: prices for a weight's own codebooks, rotations.
 *
 * @see <a href="https://doi.org/10.1007/978-3-319-46475-6_9">Martinez, Clement, Hoos and Little,
 *     Revisiting Additive Quantization, ECCV 2016</a> (LSQ); <a
 *     href="https://doi.org/10.1007/978-3-030-01270-0_30">Martinez, Zakhmi, Hoos and Little, LSQ++,
 *     ECCV 2018</a>; <a href="https://doi.org/10.1109/CVPR.2014.124">Babenko and Lempitsky,
 *     Additive Quantization for Extreme Vector Compression, CVPR 2014</a>; <a
 *     href="https://doi.org/10.1109/29.17498">Chou, Lookabaugh and Gray, Entropy-constrained vector
 *     quantization, 1989</a>
 */
package org.zoopress.method.additive;
