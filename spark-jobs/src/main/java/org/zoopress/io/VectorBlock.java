package org.zoopress.io;

import java.io.Serializable;

/**
 * Neighbouring vectors of a sample, all of one weight partition.
 *
 * @param first index of the first one among all that were chosen to be sampled; gives the order
 * @param vectors n×d
 */
public record VectorBlock(long first, float[] vectors) implements Serializable {}
