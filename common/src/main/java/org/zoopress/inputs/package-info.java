/**
 * Second moments of what the layers of a network see on sample data.
 *
 * <p>A layer with weight W, as the matrix O × n whose row is a filter, maps an input column x to
 * W·x. Replacing W by Ŵ changes its outputs by Σ ‖(W − Ŵ)x‖² = ‖(W − Ŵ)·X‖², which depends on the
 * inputs only through their Gram matrix XXᵀ:
 *
 * <pre>  Σ ‖(W − Ŵ)x‖² = tr (W − Ŵ)·XXᵀ·(W − Ŵ)ᵀ        H = XXᵀ/N of N columns, n × n </pre>
 *
 * For a convolution (O, I, kh, kw) a column is the patch below a kernel, n = I·kh·kw, channel by
 * channel and row by row as in a row-major filter, zeros where the kernel hangs over the edge; each
 * image gives as many columns as the layer's output has places. For a fully connected layer a
 * column is the layer's input itself.
 *
 * <p>{@link org.zoopress.inputs.WeightLayers} finds the layers in the graph, {@link
 * org.zoopress.inputs.LayerInputs} runs the original network over unlabelled samples in ONNX
 * Runtime with the layers' inputs as extra outputs, and {@link org.zoopress.inputs.PatchGram} adds
 * up. Activations are held a batch at a time; matrices a pass at a time, the network running once a
 * pass. Sums are in double, in the order of the samples: equal files give equal matrices.
 *
 * <p>Not done: inputs of a network whose earlier layers are already compressed (the asymmetric
 * target W* of Yu et al.), which needs layers to be solved one after the other and belongs to
 * training; grouped convolutions, whose filters see different inputs; weights that are stored
 * inputs first (MatMul), whose rows are not outputs.
 *
 * @see <a href="https://doi.org/10.1109/CVPR.2017.15">Yu, Liu, Wang and Tao, On Compressing Deep
 *     Models by Low Rank and Sparse Decomposition, CVPR 2017</a>, section 3.3: reconstruction of
 *     feature maps
 */
package org.zoopress.inputs;
