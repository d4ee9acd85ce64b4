/**
 * Compresses a whole network without data: probes that match its batch norms, sensitivities, layer
 * after layer second-order quantization on what the compressed layers before it leave, and
 * corrections of batch norms and biases.
 */
package org.zoopress.datafree;
