/**
 * Second-order quantization with error feedback: the weights of a layer are quantized column after
 * column, and what an output loses by one is made good in those to come; all layers of a network
 * are stored together.
 *
 * <p>Problem, of a layer W (O×n) with second moments H (n×n) of its inputs, in each group of its
 * own:
 *
 * <pre>  min tr((W − Ŵ)·H·(W − Ŵ)ᵀ) + λ · bits(Ŵ)</pre>
 *
 * Steps:
 *
 * <ol>
 *   <li>kernels are rotated by an orthogonal transform B of their positions, W(I⊗Bᵀ) and
 *       (I⊗B)H(I⊗Bᵀ), and columns taken frequency by frequency, the one of least energy first
 *       ({@link org.zoopress.method.secondorder.ColumnOrder});
 *   <li>H + damping = M·Mᵀ with M upper triangular; column j is aimed at w_j + Σ_{i&lt;j}
 *       E_i·M_ij/M_jj with the errors E of the columns before, and costs the square of what it
 *       misses times M_jj² ({@link org.zoopress.method.secondorder.InputFactor}). This is the
 *       optimal brain surgeon's update in the form of GPTQ, and successive cancellation (Babai's
 *       nearest plane) in the words of lattices;
 *   <li>the step of a column is that of its frequency times the scale of its input channel, both
 *       from the means of ln M_jj ({@link org.zoopress.method.secondorder.StepRule});
 *   <li>the points of a column are a path through a trellis down the outputs, the cheapest in
 *       weighted error + λ · bits, with bits measured on the pass before; survivors are kept from
 *       column to column ({@link org.zoopress.method.secondorder.ColumnSearch}).
 * </ol>
 *
 * <p>Layers whose groups have one input channel each (depthwise) have a column of all outputs for
 * each position: path, steps of frequencies and statistics go across the groups; M and scales are
 * each group's own.
 *
 * <p><b>Codewords instead of points</b> ({@link
 * org.zoopress.method.secondorder.AdditiveQuantizer}). Columns are taken in blocks B of at most d,
 * the frequencies of one input channel or channels of one frequency; an output's weights of a block
 * are s ∘ (C_1[b_1] + … + C_M[b_M]) with codebooks that all layers of the network share, stored
 * once, and scales s that are stored as steps are. With F = Σ_{i before B} E_i·M_iB the error of
 * the outputs is
 *
 * <pre>  ‖w_B·M_BB + F − (s ∘ ΣC)·M_BB‖² + λ · bits</pre>
 *
 * a search for codes with codebooks C·diag(s)·M_BB, for which that of {@link
 * org.zoopress.method.additive} is used as it is: exact for M ≤ 2, else a beam and local search.
 * Codebooks are trained on the targets of all layers, and then fitted in rounds to the vectors that
 * are met when errors are fed back, each counted by the mean square of its metric ({@link
 * org.zoopress.method.secondorder.AdditiveTraining}). Prices are those of the network's use of
 * codewords, in a second pass of the layer's own.
 *
 * <p>Cost of a pass: (M·K·d² + O·(M·K·d·beam)) a block, twice a layer and once more a round. Layers
 * that would fill up vectors by more than 30 % (three input channels, depthwise by frequency) get
 * points. At every rate measured points take fewer bytes for the same error, see BENCHMARKS: codes
 * are coded without regard to their neighbours.
 *
 * <p>Size: points by {@link org.zoopress.coding.ColumnCoder}, with models shared by all layers of a
 * segment; a step code a frequency (8 a factor of two), about 3 bits a scaled channel; stored form
 * in {@link org.zoopress.method.secondorder.NetworkFactors}.
 *
 * <p>Deterministic: restoring is IEEE 754 arithmetic in a fixed order, with {@code StrictMath} for
 * steps, and gives the same bits on every machine. Quantizing uses {@link
 * org.zoopress.linalg.LinearAlgebra}, which gives the same bits at every call on one type of
 * processor; on another one a target may differ in its last bit, and then a point.
 *
 * <p>Not done here: which step and rate weight a layer gets, and what its inputs are; that is the
 * network solver's.
 *
 * @see <a href="https://arxiv.org/abs/2210.17323">Frantar, Ashkboos, Hoefler and Alistarh, GPTQ,
 *     2022</a>
 * @see <a href="https://arxiv.org/abs/2402.15319">van Baalen et al., GPTVQ, 2024</a>: vectors with
 *     error feedback
 * @see <a href="https://arxiv.org/abs/2401.06118">Egiazarian et al., AQLM, 2024</a>: additive codes
 *     in the metric of the inputs
 * @see <a href="https://doi.org/10.1109/ICNN.1993.298572">Hassibi, Stork and Wolff, Optimal Brain
 *     Surgeon and general network pruning, 1993</a>
 * @see <a href="https://doi.org/10.1109/18.44973">Marcellin and Fischer, Trellis coded quantization
 *     of memoryless and Gauss-Markov sources, 1990</a>
 */
package org.zoopress.method.secondorder;
