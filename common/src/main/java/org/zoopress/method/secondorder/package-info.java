/**
 * Second-order quantization with error feedback: the weights of a layer are quantized column after
 * column, and what an output loses by one is made good in those to come.
 */
package org.zoopress.method.secondorder;
