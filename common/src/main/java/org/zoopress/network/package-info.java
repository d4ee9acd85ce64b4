/**
 * What a network computes: the graph of an ONNX model with constant and shape sub-graphs folded,
 * its layers with their weights, batch norms and consumers, the shapes of its values and its
 * multiply-accumulates. Pure Java; executing a network is {@code org.zoopress.autograd}'s.
 *
 * <p>{@link org.zoopress.network.NetworkReader} makes a {@link org.zoopress.network.Network} of a
 * file, and everything else is asked of that: {@link org.zoopress.network.NetworkLayers}, {@link
 * org.zoopress.network.Consumers}, {@link org.zoopress.network.ValueShapes}, {@link
 * org.zoopress.network.MultiplyAccumulates}.
 *
 * <p>A node of the file is either <em>folded</em>, because nothing but constants reaches it (or
 * only the sizes of a value), or <em>kept</em>, because it depends on the input or on a weight; a
 * kept one must be of the executed operators. Sizes are numbers throughout: where the batch is
 * free, shapes and constants are computed for two sizes of it, and what differs depends on the
 * batch. That needs no arithmetic of symbols, and holds for every operation that is folded.
 *
 * <p>Not done here: values computed from the input's elements that steer shapes, several free
 * sizes, branches and loops, operators of other domains, quantized operators.
 */
package org.zoopress.network;
