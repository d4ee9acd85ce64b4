/**
 * Tucker-2 of convolutions by HOSVD and HOOI, with spatial SVD beside it; truncated SVD of layers
 * without kernel.
 *
 * <p><b>Models.</b> With s = kh·kw, a convolution (O, I, kh, kw) becomes one of
 *
 * <pre>
 *   Tucker-2       W[o, p, i] ≈ Σ_ab U[o, a]·S[a, p, b]·V[i, b]    O·r₁ + r₁·s·r₂ + r₂·I numbers
 *   spatial SVD    (O·kw)×(I·kh) or (O·kh)×(I·kw) of rank r         r·(O·kw + I·kh) numbers
 *   SVD            O×(I·s) of rank r                                r·(O + I·s) numbers </pre>
 *
 * which are convolutions again: 1×1, k×k and 1×1; kh×1 and 1×kw; k×k and 1×1. A layer without
 * kernel has only the last. Which is best differs from layer to layer, and {@link
 * org.zoopress.method.tucker.ConvolutionFormat#BEST} takes the one of least error at a number of
 * numbers, or of fewest bytes at an error.
 *
 * <p><b>HOSVD.</b> U and V are the eigenvectors of the Gram matrices of the first and last
 * unfolding, all of them, and the core in these coordinates is computed once. Cutting it at ranks
 * (r₁, r₂) costs exactly the energy of the numbers that are cut away, so sums over the core give
 * the error of every pair of ranks, and the best pair for a number of numbers or for an error is
 * found without further decompositions ({@link org.zoopress.method.tucker.CoreEnergies}).
 *
 * <p><b>HOOI.</b> For fixed ranks the HOSVD is not the optimum: U is replaced by the leading
 * eigenvectors of the Gram matrix of W ×₃ Vᵀ, then V by those of W ×₁ Uᵀ, in turn, at most 10
 * sweeps, until a sweep gains less than 10⁻⁴ of the error. No sweep ever raises the error. From 49
 * channels on the eigenvectors are replaced by one step G·U of orthogonal iteration a sweep, which
 * keeps that property and leaves the sweep its matrix products. For a number of numbers the three
 * best pairs by HOSVD are tried with two sweeps and the best of them goes on: on ResNet-20 that
 * comes within 0.2 % of ten sweeps for all pairs.
 *
 * <p><b>Ranks by evidence.</b> {@link org.zoopress.method.tucker.Evbmf} for both unfoldings, at
 * least 1.
 *
 * <p><b>Stored form.</b> That of tensor trains, since Tucker-2 is a train over the modes (O, s, I)
 * and a product of two matrices one over two: see {@link org.zoopress.method.tensortrain}, also for
 * how ranks and quantization step are chosen together.
 *
 * <p><b>Bound.</b> With t₁ and t₂ the energies that the ranks leave out of the two unfoldings,
 * max(t₁, t₂) ≤ ‖W − Ŵ‖² ≤ t₁ + t₂; for two matrices the error is the optimum.
 *
 * <p>Not done: decomposition of the kernel modes in Tucker-2, ranks chosen over several layers (the
 * budget of a run does that from the operating points).
 *
 * @see <a href="https://doi.org/10.1137/S0895479898346995">De Lathauwer, De Moor and Vandewalle, On
 *     the Best Rank-1 and Rank-(R₁, …, R_N) Approximation of Higher-Order Tensors, SIMAX 21(4),
 *     2000</a>: HOOI; the companion paper in the same issue is HOSVD
 * @see <a href="https://arxiv.org/abs/1511.06530">Kim et al., Compression of Deep Convolutional
 *     Neural Networks for Fast and Low Power Mobile Applications, ICLR 2016</a>: Tucker-2 with
 *     ranks by EVBMF
 * @see <a href="https://arxiv.org/abs/1405.3866">Jaderberg, Vedaldi and Zisserman, Speeding up
 *     Convolutional Neural Networks with Low Rank Expansions, BMVC 2014</a>: the spatial
 *     arrangement
 */
package org.zoopress.method.tucker;
