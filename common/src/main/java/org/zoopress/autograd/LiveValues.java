package org.zoopress.autograd;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Values that are held until they are released, whatever scopes are closed in between. */
final class LiveValues implements AutoCloseable {
  private static final int IMAGE_RANK = 4;

  private final Map<String, Tensor> tensors = new HashMap<>();

  /**
   * Holds what the caller owns and may free. Images are laid out with the channels last: PyTorch's
   * convolutions then need no copies, and what follows keeps the layout.
   */
  void hold(String name, Tensor value) {
    try (PointerScope scope = new PointerScope()) {
      Tensor handle =
          value.dim() == IMAGE_RANK
              ? value.contiguous(torch.MemoryFormat.ChannelsLast)
              : new Tensor(value);
      handle.retainReference();
      put(name, handle);
    }
  }

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
