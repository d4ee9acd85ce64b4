package org.zoopress.autograd;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** Values that are held until they are released, whatever scopes are closed in between. */
final class LiveValues implements AutoCloseable {
  private final Map<String, Tensor> tensors = new HashMap<>();

  /** Takes over one reference that the caller holds. */
  void put(String name, Tensor held) {
    Tensor before = tensors.put(name, held);
    if (before != null) {
      before.releaseReference();
    }
  }

  Optional<Tensor> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /** Frees a value if it is here. */
  void release(String name) {
    Tensor held = tensors.remove(name);
    if (held != null) {
      held.releaseReference();
    }
  }

  @Override
  public void close() {
    tensors.values().forEach(Tensor::releaseReference);
    tensors.clear();
  }
}
