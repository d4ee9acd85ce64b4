/**
 * Entropy-coded scalar quantization: the baseline and work horse.
 *
 * <p>Model: w ≈ r · Δ with an integer r (the reconstruction point) and a step Δ of the partition or
 * of the output channel. The integers go through the context-modelled range coder; they are chosen
 * by rate–distortion search, with dependent (trellis-coded) quantization by default:
 *
 * <pre>  min over paths r:  Σ (w_i/Δ − r_i)² + λ · bits(r_i | r_1 … r_{i−1})</pre>
 *
 * <p>Size: 5 bytes and the streams. Error of independent Gaussian weights at R bits, above the
 * bound D(R) = σ² 2^(−2R), everything counted (2.4 million weights at 2, 3, 4 bits): plain
 * quantization 1.6 dB, trellis of 8 states 0.75, 0.64, 0.62 dB, of 32 states 0.60, 0.51, 0.48 dB,
 * of 128 states 0.42, 0.39, 0.38 dB. Weights of networks gain more, because their spread and the
 * correlation inside of a kernel are predicted.
 *
 * <p>One step over all tensors of a network gives the least total error at a total size (reverse
 * water filling); that is what operating points {@code step=…} are for.
 *
 * <p>Where a run offers a {@link org.zoopress.method.transform kernel transform} for the tensor's
 * kernels, coarse operating points are tried behind it too: Δ is the same for all frequencies, and
 * the contexts know the frequency. Prediction inside of the kernel gives the same gain at high
 * rates; below 2.5 bits, where the neighbours that a prediction rests on are mostly rounded to
 * zero, the transform wins.
 *
 * <p>Not done here: error feedback, choosing the step of each layer.
 *
 * @see <a href="https://doi.org/10.1109/18.44973">Marcellin and Fischer 1990</a> for trellis-coded
 *     quantization; <a href="https://www.iso.org/standard/78480.html">ISO/IEC 15938-17, Compression
 *     of neural networks</a>, the peer
 */
package org.zoopress.method.scalar;
