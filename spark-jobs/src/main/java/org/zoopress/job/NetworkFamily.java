package org.zoopress.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.zoopress.archive.Digests;
import org.zoopress.archive.Row;
import org.zoopress.evaluate.CompanionGraph;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.ModelFormat;
import org.zoopress.zoo.TensorEntry;

/**
 * A network and the models that hold the same weights: copies of its file, the same weights under
 * another graph, and files without a graph. What the network is compressed to is stored once for
 * all of them.
 *
 * @param id hash of the network's graph and weights, whatever its files are called
 * @param models the one that is executed first; the others in order of their names
 */
record NetworkFamily(String id, List<ModelInput> models) {

  /** The model that is executed. */
  ModelInput network() {
    return models.get(0);
  }

  /** Bytes of the files of all models. */
  long originalBytes() {
    return models.stream().mapToLong(model -> model.header().bytes()).sum();
  }

  /**
   * Finds the families of a run.
   *
   * @param models models of the run in order of their names
   * @return in order of their networks' names; models that belong to none are left out
   */
  static List<NetworkFamily> of(List<ModelInput> models, RunResult result) {
    Map<String, List<ModelInput>> byWeights = new LinkedHashMap<>();
    for (ModelFormat graph : new ModelFormat[] {ModelFormat.ONNX, null}) {
      for (ModelInput model : models) {
        if (model.failed() || (model.header().format() == ModelFormat.ONNX) != (graph != null)) {
          continue;
        }
        weightsKey(model, result)
            .ifPresent(
                key -> {
                  if (graph != null) {
                    byWeights.computeIfAbsent(key, k -> new ArrayList<>()).add(model);
                  } else if (byWeights.containsKey(key)) {
                    byWeights.get(key).add(model);
                  }
                });
      }
    }
    return byWeights.values().stream()
        .map(family -> new NetworkFamily(id(family.get(0), result), List.copyOf(family)))
        .toList();
  }

  private static String id(ModelInput network, RunResult result) {
    List<String> parts = new ArrayList<>();
    parts.add(network.literalsKey());
    parts.addAll(result.keys(network.name()));
    return Digests.sha256(parts);
  }

  /** A tensor as far as it counts for telling networks apart. */
  private record Weight(String name, Shape shape, String key) {}

  /**
   * Hash of names and contents of all floating-point tensors but scalars, which may be constants of
   * a graph; empty if there are none, or two of one name.
   */
  static Optional<String> weightsKey(ModelInput model, RunResult result) {
    List<Weight> weights = new ArrayList<>();
    List<TensorEntry> entries = model.header().tensors();
    List<String> keys = result.keys(model.name());
    for (int t = 0; t < entries.size(); t++) {
      if (entries.get(t).dtype().compressible()) {
        weights.add(new Weight(entries.get(t).name(), entries.get(t).shape(), keys.get(t)));
      }
    }
    return weightsKey(weights);
  }

  /** The same of a model that an earlier run stored. */
  static Optional<String> weightsKey(EarlierRuns.StoredModel model) {
    List<Weight> weights = new ArrayList<>();
    for (Row row : model.tensors()) {
      if (RunRows.isCompressible(row)) {
        Shape shape = row.int32("rank") == 0 ? Shape.of() : Shape.of(row.int64("elements"));
        weights.add(new Weight(row.string("tensor"), shape, row.string("tensor_key")));
      }
    }
    return weightsKey(weights);
  }

  private static Optional<String> weightsKey(List<Weight> weights) {
    Map<String, String> byName = new TreeMap<>();
    for (Weight weight : weights) {
      if (weight.shape().rank() > 0
          && byName.put(CompanionGraph.initializerName(weight.name()), weight.key()) != null) {
        return Optional.empty();
      }
    }
    List<String> parts = new ArrayList<>();
    byName.forEach(
        (name, key) -> {
          parts.add(name);
          parts.add(key);
        });
    return parts.isEmpty() ? Optional.empty() : Optional.of(Digests.sha256(parts));
  }

  /** Positions of a model's floating-point tensors by their names without a wrapper's prefix. */
  static Map<String, Integer> positions(ModelInput model) {
    Map<String, Integer> positions = new HashMap<>();
    List<TensorEntry> entries = model.header().tensors();
    for (int t = 0; t < entries.size(); t++) {
      if (entries.get(t).dtype().compressible()) {
        positions.putIfAbsent(CompanionGraph.initializerName(entries.get(t).name()), t);
      }
    }
    return positions;
  }
}
