/**
 * Executes a {@link org.zoopress.network.Network} with the native library of PyTorch, forwards and
 * backwards, operation by operation, on one thread.
 *
 * <p>Native values belong to a scope ({@code org.bytedeco.javacpp.PointerScope}) or to an object
 * that is closed; none waits for the garbage collector. Of several outputs of a node only the first
 * is computed. Softmax and LogSoftmax mean those of opset 13 and later, along one axis.
 *
 * @see <a href="https://onnx.ai/onnx/operators/">ONNX operators</a>
 */
package org.zoopress.autograd;
