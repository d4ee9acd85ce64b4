/**
 * Bytes: stored primitives, bit packing, byte planes and the entropy coder. Knows no method and no
 * tensor type.
 *
 * <p>Every stream of integers goes through {@link org.zoopress.coding.IntegerCoder}: an adaptive
 * binary range coder ({@link org.zoopress.coding.RangeEncoder}, {@link
 * org.zoopress.coding.BitModels}) whose contexts come from the integers around. Decoders are
 * bounded: damaged bytes give other values or a {@link org.zoopress.coding.CorruptDataException}.
 *
 * <p>Decoding is bit-identical everywhere: the range coder is integer arithmetic, contexts use IEEE
 * 754 operations only, which Java 17 evaluates strictly, and start values come from {@code
 * StrictMath}.
 */
package org.zoopress.coding;
