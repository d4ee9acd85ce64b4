package org.zoopress.datafree;

import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.zoopress.autograd.BatchStatistics;
import org.zoopress.autograd.Tensors;
import org.zoopress.autograd.TorchNetwork;

/** Compares a compressed network with the original on probes that nothing is fitted to. */
final class Judge {
  private final PreparedNetwork prepared;

  Judge(PreparedNetwork prepared) {
    this.prepared = prepared;
  }

  /** The answers of a network as it would be restored; leaves its weights in the compressed one. */
  Answers of(StoredNetwork stored) {
    for (String name : stored.members().keySet()) {
      prepared.compressed().set(name, stored.restored(prepared.view().network(), name));
    }
    return ofCompressed();
  }

  /** The answers of the compressed network with the weights that it has. */
  Answers ofCompressed() {
    float[] logits =
        logits(prepared.compressed(), prepared.view(), prepared.heldOut(), prepared.batch());
    int samples = Math.toIntExact(prepared.heldOut().size(0));
    return Answers.compare(prepared.heldOutLogits(), logits, logits.length / samples);
  }

  /** Logits of samples, row-major. */
  static float[] logits(TorchNetwork network, NetworkView view, Tensor samples, int batch) {
    int count = Math.toIntExact(samples.size(0));
    float[] logits = new float[0];
    for (int first = 0; first < count; first += batch) {
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard()) {
        int size = Math.min(batch, count - first);
        Tensor part = samples.narrow(0, first, size).contiguous();
        Tensor answers =
            network
                .forward(Map.of(view.input(), part), BatchStatistics.STORED, Set.of(view.answers()))
                .get(view.answers());
        int classes = Math.toIntExact(answers.numel() / size);
        if (first == 0) {
          logits = new float[Math.multiplyExact(count, classes)];
        }
        Tensors.copy(answers, logits, first * classes);
      }
    }
    return logits;
  }
}
