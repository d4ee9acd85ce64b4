/**
 * A weight as the sum of a low-rank and a sparse matrix.
 *
 * <p><b>Model.</b> W, m×n, is replaced by L + S with L = U·V, U m×r and V r×n, and S of c entries:
 *
 * <pre>  min ‖(W − L − S)·H^½‖²     subject to rank(L) ≤ r, card(S) ≤ c </pre>
 *
 * H = XXᵀ + λI is the second moment of the layer's inputs X (columns), so that the error is that of
 * the layer's outputs; without inputs H = I. Where the inputs are those of an already compressed
 * network and the outputs Y those of the original, W* = B·H⁻¹ with B = YXᵀ + λW takes the place of
 * W. {@link org.zoopress.method.lowranksparse.LowRankSparseSolver} has all three; {@link
 * org.zoopress.method.lowranksparse.LowRankSparse} uses H where the caller knows the inputs, those
 * of the original network, with λ a hundredth of the mean of H's diagonal; else H = I. W* needs
 * layers to be solved one after the other and is left to training.
 *
 * <p><b>Iteration.</b> No singular value decomposition of W or anything as large is taken. With R =
 * W − S and T = W − L, one step is
 *
 * <pre>
 *   U = orth(R·H·Vᵀ),  V = UᵀR          power step: least squares for U, then for V, by QR
 *   S = the c largest entries of T      (H = I), or a weighted pursuit of ‖(T − S)H^½‖² </pre>
 *
 * Each half is a least squares solution for the other, so the error falls. Four measures make it
 * fast and its local minima good:
 *
 * <ul>
 *   <li><i>Greedy growth.</i> The rank grows in four stages; new rows of V start as random
 *       combinations of the rows of what is left over, W − L − S. A start at full rank ends 1 to 2
 *       % higher.
 *   <li><i>Spare rows.</i> Four more rows are iterated than L has: the last wanted one converges as
 *       slowly as its energy is near to that of the first one left out. L takes the leading r
 *       directions of the small matrix VHVᵀ.
 *   <li><i>Extrapolation.</i> The power step sees S + β(S − S before). β grows at every success;
 *       when the error rises, the state before is restored and β falls to zero.
 *   <li><i>Exact selection</i> of the c largest entries in linear time.
 * </ul>
 *
 * On ResNet-20's convolutions the result is within 0.5 % of what alternations with a full singular
 * value decomposition each come to.
 *
 * <p><b>Soft threshold.</b> As in GreBsmo, S may be drawn towards zero by the largest entry left
 * out while L is sought; the budget c then sets the threshold. In our runs the hard threshold wins
 * (2×: 0.042 against 0.058).
 *
 * <p><b>Entries with H.</b> Entries of one row then depend on each other. {@code WeightedPursuit}
 * moves the support by a step of iterative hard thresholding, preconditioned by the diagonal of H
 * and weighted by it in the selection, and fits the values by conjugate gradients.
 *
 * <p><b>Integers with H.</b> Rounded one by one, the entries of S would undo much of what the
 * pursuit gained. {@code LevelSearch} sets each to the level that is best given the others of its
 * row until none changes, at most six times over.
 *
 * <p><b>Which matrix.</b> A convolution (O, I, kh, kw) as (O·kh)×(I·kw) instead of O×(I·kh·kw):
 * nearly square, so that a rank costs r(O·kh + I·kw) numbers (384 instead of 640 for 64×64×3×3).
 * With 25 % of the numbers in L and an entry of S counted as one and a half, for its place,
 * ResNet-20's error at 2, 3 and 4 times fewer numbers is 0.104, 0.221, 0.315; as O×(I·kh·kw) it is
 * 0.121, 0.247, 0.344. With H it is always O×(I·kh·kw), whose rows alone have outputs of their own.
 * I×(O·kh·kw) is no better (0.120, 0.245, 0.338 in a sketch).
 *
 * <p><b>Which split.</b> Growing the rank along the budget r(m + n) + cost · c = const, each new
 * row of V paid for with entries of S, passes all splits once; the best is refined, also from a
 * fresh start. Without the cost of places the best share of L is 10 to 20 %.
 *
 * <p><b>Stored.</b> At unit scale, L as components a_k b_kᵀ/‖b_k‖ with ‖a_k‖ = ‖b_k‖, so that an
 * error of any stored number counts once and one quantization step serves U, V and S. V is rounded
 * first, U is fitted to the rounded V, S to both. Places are gap-coded ({@link
 * org.zoopress.coding.SparseIndices}).
 *
 * <p><b>On a quantized base.</b> W = base + outliers + repair: the largest weights are taken out,
 * the others are quantized ({@link org.zoopress.method.scalar}), and the residual beside the
 * outliers gets a low rank, outliers being whatever is left at their places. Quantization noise has
 * hardly any low rank: on ResNet-20 a repair costs more bytes than finer steps would.
 *
 * <p><b>Cost.</b> A step is three products of W with r + 4 columns, one QR and one selection; 30 to
 * 60 steps make a solution. On Gaussian matrices, three times fewer numbers, that is 8 thin
 * singular value decompositions for 64×576, 4 for 192×192 and 1.3 for 768×768 (benchmark {@code
 * LowRankSparseBenchmark}), where the alternation of the textbook takes one for every step. About
 * six matrices of doubles are held at a time.
 *
 * <p>Not done: shrinkage of singular values, groups of entries, H for the outliers beside a
 * quantized base.
 *
 * @see <a href="https://doi.org/10.1109/CVPR.2017.15">Yu, Liu, Wang and Tao, On Compressing Deep
 *     Models by Low Rank and Sparse Decomposition, CVPR 2017</a>: the model with H and W*
 * @see <a href="https://proceedings.mlr.press/v31/zhou13b.html">Zhou and Tao, Greedy Bilateral
 *     Sketch, Completion and Smoothing, AISTATS 2013</a>: GreBsmo, the bilateral iteration
 */
package org.zoopress.method.lowranksparse;
