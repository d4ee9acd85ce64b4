/**
 * What a network computes: the graph of an ONNX model with constant and shape sub-graphs folded,
 * its layers with their weights, batch norms and consumers, the shapes of its values and its
 * multiply-accumulates. Pure Java; executing a network is {@code org.zoopress.autograd}'s.
 */
package org.zoopress.network;
