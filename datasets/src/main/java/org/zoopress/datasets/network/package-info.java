/**
 * The small networks of this project as data: a list of layers, each naming its input. One
 * description serves the trainer, the ONNX file and the initial weights, so that names and shapes
 * agree by construction. Parameters are named as PyTorch names them ({@code
 * layer1.0.bn1.running_mean}).
 */
package org.zoopress.datasets.network;
