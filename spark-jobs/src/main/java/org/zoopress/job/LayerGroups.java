package org.zoopress.job;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.zoopress.io.UnitPlan;
import org.zoopress.method.additive.CodebookGroups;
import org.zoopress.method.additive.MomentSums;
import org.zoopress.method.additive.SharedShape;
import org.zoopress.method.additive.TrainingVectors;
import org.zoopress.tensor.Shape;

/**
 * Which weights have shared codebooks together.
 *
 * <p>A layer is all partitions of one tensor. With more than {@link #MOST_LAYERS} of them the
 * driver looks at kernel sizes only, all layers of one taken together: its memory is then that of
 * some matrices, whatever the zoo.
 */
final class LayerGroups {
  /** Name of a group that all layers are in. */
  static final String ALL = "all";

  /** 81 sums of 8 bytes for each are 6 MB at d = 9. */
  static final int MOST_LAYERS = 10_000;

  private final List<SharedLearner.Part> parts;
  private final Map<String, Integer> items; // of tensor keys
  private final List<String> kernels; // of items

  /**
   * Weights that share, if not in one group then in several.
   *
   * @param name {@link #ALL}, or kernel sizes joined by {@code +}, as {@code 3x3}; groups of the
   *     same kernel sizes are numbered, as {@code 3x3.2}
   */
  record Group(String name, List<SharedLearner.Part> parts) {}

  private LayerGroups(
      List<SharedLearner.Part> parts, Map<String, Integer> items, List<String> kernels) {
    this.parts = parts;
    this.items = items;
    this.kernels = kernels;
  }

  /** Layers of these partitions, in their order. */
  static LayerGroups of(List<SharedLearner.Part> parts) {
    Map<String, Integer> layers = new LinkedHashMap<>();
    List<String> kernels = new ArrayList<>();
    for (SharedLearner.Part part : parts) {
      if (layers.putIfAbsent(part.member().tensorKey(), kernels.size()) == null) {
        kernels.add(kernel(part));
      }
    }
    if (kernels.size() <= MOST_LAYERS) {
      return new LayerGroups(parts, layers, kernels);
    }
    List<String> sizes = List.copyOf(new TreeSet<>(kernels));
    layers.replaceAll((key, layer) -> sizes.indexOf(kernels.get(layer)));
    return new LayerGroups(parts, layers, sizes);
  }

  /** kh×kw as text; 1x1 for matrices. */
  static String kernel(SharedLearner.Part part) {
    Shape shape = part.member().tensor().entry().shape();
    StringBuilder kernel = new StringBuilder();
    for (int k = 2; k < shape.rank(); k++) {
      kernel.append(k == 2 ? "" : "x").append(shape.dim(k));
    }
    return kernel.isEmpty() ? "1x1" : kernel.toString();
  }

  /** One for all. */
  static Group one(List<SharedLearner.Part> parts) {
    return new Group(ALL, parts);
  }

  /** One a kernel size. */
  static List<Group> byKernel(List<SharedLearner.Part> parts) {
    Map<String, List<SharedLearner.Part>> groups = new TreeMap<>();
    for (SharedLearner.Part part : parts) {
      groups.computeIfAbsent(kernel(part), kernel -> new ArrayList<>()).add(part);
    }
    return groups.entrySet().stream()
        .map(group -> new Group(group.getKey(), group.getValue()))
        .toList();
  }

  /** How many items moments are wanted of. */
  int items() {
    return kernels.size();
  }

  /** Index of what a partition's vectors are added up with. */
  int item(UnitPlan.Member member) {
    return items.get(member.tensorKey());
  }

  /**
   * Group of each item.
   *
   * @param moments of items; one that is missing goes with the first of its kernel size
   */
  List<Integer> assign(Map<Integer, MomentSums> moments, SharedShape shape) {
    int dimension = shape.codes().dimension();
    long[] vectors = new long[items()];
    for (SharedLearner.Part part : parts) {
      vectors[item(part.member())] += TrainingVectors.count(part.member().shape(), dimension);
    }
    List<Integer> known = new ArrayList<>();
    List<CodebookGroups.Layer> layers = new ArrayList<>();
    for (int i = 0; i < items(); i++) {
      if (moments.containsKey(i)) {
        known.add(i);
        layers.add(moments.get(i).layer(numbers(kernels.get(i)), vectors[i]));
      }
    }
    int[] found = CodebookGroups.of(layers, shape, CodebookGroups.price(shape.codes()));
    Map<Integer, Integer> groups = new TreeMap<>();
    Map<String, Integer> ofKernels = new TreeMap<>();
    for (int k = 0; k < found.length; k++) {
      groups.put(known.get(k), found[k]);
      ofKernels.putIfAbsent(kernels.get(known.get(k)), found[k]);
    }
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < items(); i++) {
      all.add(groups.getOrDefault(i, ofKernels.getOrDefault(kernels.get(i), 0)));
    }
    return all;
  }

  /** kh·kw. */
  private static int numbers(String kernel) {
    int numbers = 1;
    for (String size : kernel.split("x", -1)) {
      numbers = Math.multiplyExact(numbers, Integer.parseInt(size));
    }
    return numbers;
  }

  /**
   * The groups with their names.
   *
   * @param assigned group of each item
   */
  List<Group> groups(List<Integer> assigned) {
    Map<Integer, List<SharedLearner.Part>> members = new TreeMap<>();
    Map<Integer, Set<String>> sizes = new TreeMap<>();
    for (SharedLearner.Part part : parts) {
      int group = assigned.get(item(part.member()));
      members.computeIfAbsent(group, g -> new ArrayList<>()).add(part);
      sizes.computeIfAbsent(group, g -> new TreeSet<>()).add(kernel(part));
    }
    if (members.size() == 1) {
      return List.of(one(parts));
    }
    List<String> names = sizes.values().stream().map(set -> String.join("+", set)).toList();
    Set<String> given = new LinkedHashSet<>();
    List<Group> groups = new ArrayList<>();
    for (List<SharedLearner.Part> group : members.values()) {
      String name = names.get(groups.size());
      if (names.indexOf(name) != names.lastIndexOf(name)) {
        int number = 1;
        while (given.contains(name + "." + number)) {
          number++;
        }
        name += "." + number;
      }
      given.add(name);
      groups.add(new Group(name, group));
    }
    return groups;
  }
}
