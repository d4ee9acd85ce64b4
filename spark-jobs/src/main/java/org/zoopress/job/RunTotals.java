package org.zoopress.job;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.zoopress.archive.Row;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.TensorEntry;

/**
 * Sums over all models of a run that did not fail.
 *
 * @param originalBytes bytes of their files
 * @param weights floating-point numbers in distinct tensors
 * @param tensors tensors, repeated ones included
 */
record RunTotals(long originalBytes, long weights, long tensors) {

  static RunTotals of(RunResult result) {
    return of(result.models(), result);
  }

  /** The same with the models of which the result does not know yet. */
  static RunTotals of(List<ModelInput> models, RunResult result) {
    long bytes = 0;
    long weights = 0;
    long tensors = 0;
    Set<String> seen = new HashSet<>();
    for (ModelInput model : models) {
      if (model.failed()) {
        continue;
      }
      bytes += model.header().bytes();
      List<TensorEntry> entries = model.header().tensors();
      tensors += entries.size();
      List<String> keys = result.keys(model.name());
      for (int t = 0; t < entries.size(); t++) {
        if (entries.get(t).dtype().compressible() && seen.add(keys.get(t))) {
          weights += entries.get(t).shape().elements();
        }
      }
    }
    for (EarlierRuns.StoredModel model : result.unchanged()) {
      bytes += model.model().int64("original_bytes");
      tensors += model.tensors().size();
      for (Row tensor : model.tensors()) {
        if (RunRows.isCompressible(tensor) && seen.add(tensor.string("tensor_key"))) {
          weights += tensor.int64("elements");
        }
      }
    }
    return new RunTotals(bytes, weights, tensors);
  }

  static long weights(ModelHeader header) {
    return header.tensors().stream()
        .filter(tensor -> tensor.dtype().compressible())
        .mapToLong(tensor -> tensor.shape().elements())
        .sum();
  }
}
