package org.zoopress.method;

import java.util.List;
import java.util.Optional;
import org.zoopress.coding.ByteReader;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/**
 * Replaces weight partitions by factors that need fewer bytes.
 *
 * <p>Shape: a partition is (O, I, kh, kw) or (O, I) or of any other rank, row-major. Error: always
 * ‖W − Ŵ‖²_F of the values as restored (after rounding to the original dtype), summed in double;
 * never a root, mean or percentage. Size: the bytes of {@link Factors#write}: everything a decoder
 * needs.
 *
 * <p>Implementations do no I/O and keep no state: equal weights, parameters and seed give equal
 * factors on any executor.
 *
 * @param <P> parameters, validated by their own constructor
 * @param <F> factors
 */
public interface Method<P, F extends Factors> {
  /** Name and stored number. */
  MethodId id();

  /**
   * Why this method cannot be applied to such a partition, in words for the user; empty if it can.
   */
  Optional<String> refusal(WeightPartition weights, P params);

  /**
   * Solves the partition at every operating point of the parameters; one factorisation serves all
   * of them where it can.
   *
   * @param weights finite values only: the caller has checked
   * @param seed source of all randomness; a method that has none ignores it
   * @return one result an operating point, in the order of the parameters
   */
  List<F> solve(WeightPartition weights, P params, long seed);

  /**
   * The same with what is known of the layer; a method that makes no use of it solves the weight
   * alone.
   */
  default List<F> solve(WeightPartition weights, P params, long seed, SolveContext context) {
    return solve(weights, params, seed);
  }

  /** Whether known inputs change what is solved. */
  default boolean usesInputs() {
    return false;
  }

  /**
   * Reads what {@link Factors#write} wrote.
   *
   * @param shapes shapes of the members, in order
   * @throws org.zoopress.coding.CorruptDataException if the bytes are not such factors; never an
   *     unchecked allocation
   */
  F read(ByteReader in, List<Shape> shapes);
}
