/**
 * Entropy-coded scalar quantization: the baseline and work horse.
 *
 * <p>Model: w ≈ r · Δ with an integer r (the reconstruction point) and a step Δ of the partition or
 * of the output channel. The integers go through the context-modelled range coder; they are chosen
 * by rate–distortion search, with dependent (trellis-coded) quantization by default:
 *
 * <pre>  min over paths r:  Σ (w_i/Δ − r_i)² + λ · bits(r_i | r_1 … r_{i−1})</pre>
 *
 * <p>Size: 5 bytes, the streams. Error for a Gaussian of variance σ² at R bits: plain uniform
 * quantization with ideal entropy coding stays 1.53 dB above D(R) = σ² 2^(−2R) at high rate, the
 * trellis of eight states 0.45 dB. One step over all tensors of a network gives the least total
 * error at a total size (reverse water filling); that is what operating points {@code step=…} are
 * for.
 *
 * <p>Not done here: transforms, error feedback, choosing the step of each layer.
 *
 * @see <a href="https://www.iso.org/standard/78480.html">ISO/IEC 15938-17, Compression of neural
 *     networks</a>, the peer; <a href="https://doi.org/10.1109/18.44973">Marcellin and Fischer
 *     1990</a> for trellis-coded quantization; Sullivan 1996 for uniform quantizers with
 *     rate–distortion optimal thresholds
 */
package org.zoopress.method.scalar;
