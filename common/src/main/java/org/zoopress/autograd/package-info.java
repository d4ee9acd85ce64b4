/**
 * Executes a {@code org.zoopress.network.Network} with the native library of PyTorch, forwards and
 * backwards, operation by operation.
 */
package org.zoopress.autograd;
