/**
 * Tensor-train (TT) decomposition by successive truncated singular value decompositions.
 *
 * <p><b>Model.</b> A weight (O, I, kh, kw) is reordered to (O, s, I) with s = kh·kw, and O and I
 * may be split into factors: modes (O₁, …, O_p, s, I_q, …, I₁). The tensor W of modes (n_1, …, n_d)
 * is written with cores G_k of shape (r_{k-1}, n_k, r_k), where r_0 = r_d = 1:
 *
 * <pre>
 *   W[i_1, …, i_d] ≈ G_1[i_1] · G_2[i_2] ⋯ G_d[i_d]      (each G_k[i_k] is an r_{k-1} × r_k matrix)
 * </pre>
 *
 * Size: Σ_k r_{k-1}·n_k·r_k numbers instead of Π_k n_k. With the three modes (O, s, I) this is
 * Tucker-2 with the same ranks; five and more modes make a format of its own, which on small layers
 * is much worse without training.
 *
 * <p><b>TT-SVD.</b> From left to right, the rest, an (r_{k-1}·n_k)×(n_{k+1}⋯n_d) matrix, is cut to
 * its r_k leading singular values; U becomes core k, the remainder is the next rest. A wide rest is
 * decomposed by the eigenvectors of its small Gram matrix, a tall one by QR and SVD.
 *
 * <p><b>Bound.</b> Let t_k be the energy Σ_{i &gt; r_k} σ_i² of the k-th unfolding of W. Then max_k
 * t_k ≤ ‖W − Ŵ‖² ≤ Σ_k t_k, so the error ‖W − Ŵ‖ is at most √(d−1) times that of the best train
 * with these ranks. The errors of the successive truncations add up to ‖W − Ŵ‖² exactly.
 *
 * <p><b>Ranks</b> for a number of numbers or for an error come from the spectra of the unfoldings,
 * see {@link org.zoopress.method.tensortrain.RankSearch}; for an error the result is restored,
 * measured and tried again. An equal share ε²/(d−1) of the error for every truncation, as in the
 * source, would hold without measuring, but spends numbers where they save least and leaves much of
 * the error unused.
 *
 * <p><b>Stored form.</b> In the gauge in which all cores to the left of bond k are orthonormal from
 * the left and all to its right from the right, the singular values λ_k of the bond stand between
 * them: W = Γ_1·λ_1·Γ_2·λ_2 ⋯ Γ_d. Stored are the centres C_k = λ_{k-1}·Γ_k·λ_k. Everything beside
 * a centre is orthonormal, hence an error of any stored number weighs the same in W: float16 loses
 * nothing to bad scaling, and one step of quantization Δ serves all cores, with error θ = Δ²/12 a
 * number. The rows of C_{k+1} have the lengths λ_k, so the decoder finds λ_k by itself: it brings
 * the rows of all cores but the first to unit length and multiplies. ({@link
 * org.zoopress.method.tensortrain.StoredCores}.) Rounding goes from the last core to the first,
 * each core being fitted by least squares to those that are rounded already; the step of a core is
 * wider by what the fits after it take back, see {@link org.zoopress.method.RefittedStep}.
 *
 * <p><b>Ranks and step together.</b> For entropy-coded cores, a singular value of energy E = λ² at
 * bond k takes m = r_{k-1}·n_k numbers at its left and n = n_{k+1}·r_{k+1} at its right. It is
 * worth storing if E − (m + n)θ &gt; 2 ln 2 · θ · R, where R = ½ Σ log₂(1 + (2πe/12) v/θ) are the
 * bits of these numbers, of variance v = E/m and E/n, and the right side is their price at the
 * slope of the quantizer. This makes the ranks functions of θ; θ follows from the target error, by
 * bisection on the prediction and then by measuring. Where ranks are given by a number of numbers,
 * θ is the largest at which all of them are worth their bits.
 *
 * <p><b>Cost.</b> For three modes one Gram matrix of the first unfolding and its eigenvectors,
 * once, and one QR and SVD of an (r_1·s)×I matrix for each pair of ranks.
 *
 * <p>Not done: choosing the order of the modes, leaving out the numbers that the freedom of gauge
 * makes redundant (Σ r_k² of them).
 *
 * @see <a href="https://doi.org/10.1137/090752286">Oseledets, Tensor-Train Decomposition, SISC
 *     33(5), 2011</a>: Algorithm 1 is {@link org.zoopress.method.tensortrain.TensorTrainSvd};
 *     Theorem 2.2 and Corollary 2.4 are the upper bounds, Eckart–Young the lower one
 * @see <a href="https://doi.org/10.1103/PhysRevLett.91.147902">Vidal, Efficient Classical
 *     Simulation of Slightly Entangled Quantum Computations, PRL 91, 2003</a>: the form with
 *     singular values between the cores
 */
package org.zoopress.method.tensortrain;
