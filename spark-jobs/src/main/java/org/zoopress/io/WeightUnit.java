package org.zoopress.io;

import java.util.List;
import org.zoopress.tensor.WeightPartition;

/**
 * A unit with its weights: the element of the RDD that is solved.
 *
 * @param members the unit's weight partitions; empty if they could not be read
 * @param failure why they could not be read; null if they were
 */
public record WeightUnit(UnitTask task, List<WeightPartition> members, Exception failure) {}
