/**
 * Compresses a whole network without data.
 *
 * <p>From the graph and the weights alone ({@link NetworkSolver}):
 *
 * <ol>
 *   <li><b>Probes.</b> Inputs whose statistics the batch norms know, by gradient on the input from
 *       image-like noise ({@link ProbeMaker}); some are held out and only judge. {@link Samples} of
 *       the user take their place, as far as there are any.
 *   <li><b>Sensitivities.</b> Diagonal of the Gauss–Newton matrix of the divergence of the answers,
 *       by random signs ({@link Sensitivities}). Steps of layers are ∝ (mean of the
 *       diagonal)^(−1/2): the same divergence for a bit in each.
 *   <li><b>A pass</b> over the network ({@link SequentialPass}): each layer is quantized with error
 *       feedback for the inputs that the compressed layers before it give, towards weights that
 *       make good half of what those inputs lack ({@link CorrectedTarget}); then the batch norm
 *       behind it, or the bias, is fitted by least squares ({@link AffineFit}). Weights become
 *       points of a trellis ({@link ScalarPasses}) or sums of codewords ({@link AdditivePasses}).
 *   <li><b>The size.</b> Passes at other steps, until the payload is within half a per cent below
 *       the bound ({@link StepSearch}).
 *   <li><b>Distillation</b> of what is no code: scales, shifts, biases ({@link Distillation}).
 *   <li><b>The guard.</b> Fits and training are kept only where the divergence on held-out probes
 *       falls.
 * </ol>
 *
 * What is recorded is measured on the network that the payload restores.
 *
 * <p>Memory: two copies of the weights, all probes at two neighbouring layers and the branches
 * around them of both networks, and the second moments of one layer; {@link
 * DataFreeSettings#memoryBytes} bounds the number of probes.
 *
 * <p>Not done here: networks with several inputs, weights of convolutions of one or three
 * dimensions (stored exactly), labels.
 *
 * @see <a href="https://arxiv.org/abs/1912.08795">Yin et al., DeepInversion</a>, <a
 *     href="https://arxiv.org/abs/2210.17323">Frantar et al., GPTQ</a>, <a
 *     href="https://arxiv.org/abs/1906.04721">Nagel et al., Data-free quantization through weight
 *     equalization and bias correction</a>
 */
package org.zoopress.datafree;
