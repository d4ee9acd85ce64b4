/**
 * Writes trained networks in the two formats of the zoo, without a protobuf or JSON library: the
 * safetensors layout and the few ONNX messages that these networks need. Writing only; reading
 * foreign files is the business of {@code org.zoopress.zoo}.
 */
package org.zoopress.datasets.export;
