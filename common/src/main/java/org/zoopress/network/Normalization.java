package org.zoopress.network;

/**
 * A batch normalization y = scale · (x − mean) / √(variance + ε) + shift, each a vector of C.
 *
 * @param node index of the node
 * @param scale name of a weight; likewise shift, mean and variance
 * @param output name of its value
 */
public record Normalization(
    int node,
    String scale,
    String shift,
    String mean,
    String variance,
    float epsilon,
    String output) {}
