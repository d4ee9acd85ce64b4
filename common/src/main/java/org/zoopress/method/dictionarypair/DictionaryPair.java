package org.zoopress.method.dictionarypair;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.Method;
import org.zoopress.method.MethodId;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.Unfolding;
import org.zoopress.tensor.WeightPartition;

/** The dictionary pair method; its mathematics is in the package description. */
public final class DictionaryPair implements Method<DictionaryPairParams, DictionaryPairFactors> {
  @Override
  public MethodId id() {
    return MethodId.DICTIONARY_PAIR;
  }

  @Override
  public Optional<String> refusal(WeightPartition weights, DictionaryPairParams params) {
    if (!weights.dtype().compressible()) {
      return Optional.of(weights.dtype() + " values are no floating-point weights");
    }
    return Unfolding.refusal(weights.shape());
  }

  /**
   * One result for every operating point with every factor type, types changing fastest.
   *
   * @param seed of the random projection that the learning starts from
   */
  @Override
  public List<DictionaryPairFactors> solve(
      WeightPartition weights, DictionaryPairParams params, long seed) {
    return solveShared(List.of(weights), params, seed);
  }

  /**
   * Solves weights of equal I·s with one dictionary a row block: their columns stand side by side.
   * Each member is brought to unit scale first, so that an error relative to its own size counts
   * the same for all; a target error bounds the mean of these errors, weighted by the number of
   * values.
   *
   * @param members at least one, none of which is refused
   * @return as {@link #solve}; every result restores all members, in their order
   * @throws IllegalArgumentException if the members differ in I·s or have too many values together
   */
  public List<DictionaryPairFactors> solveShared(
      List<WeightPartition> members, DictionaryPairParams params, long seed) {
    requireOneHeight(members.stream().map(WeightPartition::shape).toList());
    return new WeightSolver(members, params).solve(seed);
  }

  /**
   * Which of consecutive layers share dictionaries: runs of equal I·s, no longer than {@code
   * params.sharedLayers()}.
   *
   * @param layers shapes that are not refused, in network order
   * @return positions in {@code layers}, every one in exactly one group
   */
  public static List<List<Integer>> sharingGroups(List<Shape> layers, DictionaryPairParams params) {
    List<List<Integer>> groups = new ArrayList<>();
    List<Integer> group = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      boolean fits =
          !group.isEmpty()
              && group.size() < params.sharedLayers()
              && layers.get(i).rowElements() == layers.get(group.get(0)).rowElements();
      if (!fits) {
        group = new ArrayList<>();
        groups.add(group);
      }
      group.add(i);
    }
    return groups;
  }

  @Override
  public DictionaryPairFactors read(ByteReader in, List<Shape> shapes) {
    for (Shape shape : shapes) {
      Unfolding.refusal(shape)
          .ifPresent(
              reason -> {
                throw new CorruptDataException("dictionary pair of a tensor: " + reason);
              });
    }
    try {
      requireOneHeight(shapes);
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException(e.getMessage());
    }
    return DictionaryPairFactors.read(in, shapes);
  }

  private static void requireOneHeight(List<Shape> shapes) {
    if (shapes.isEmpty()) {
      throw new IllegalArgumentException("no members");
    }
    long height = shapes.get(0).rowElements();
    long elements = 0;
    for (Shape shape : shapes) {
      if (shape.rowElements() != height) {
        throw new IllegalArgumentException(
            "%s cannot share a dictionary with %s: their I·s are %d and %d"
                .formatted(shape, shapes.get(0), shape.rowElements(), height));
      }
      elements = Math.addExact(elements, shape.elements());
    }
    if (elements > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("members of %d values together".formatted(elements));
    }
  }
}
