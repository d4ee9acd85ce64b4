package org.zoopress.datasets.training;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.zoopress.datasets.network.Layer;
import org.zoopress.datasets.network.NamedTensor;
import org.zoopress.datasets.network.Network;
import org.zoopress.datasets.network.Parameter;

/**
 * A network with its weights in native memory. Not safe for several threads; close it to free the
 * weights. Callers wrap each step in a {@link PointerScope}, which frees all intermediate values.
 */
final class TorchNetwork implements AutoCloseable {
  /** Weight of the newest batch in the running statistics; PyTorch's default. */
  private static final double STATISTICS_MOMENTUM = 0.1;

  /** Whether batch normalisation uses and collects the batch's statistics or the stored ones. */
  enum Mode {
    TRAINING,
    INFERENCE
  }

  private final Network network;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /** Copies the weights, which must be those of the network's parameters, in their order. */
  TorchNetwork(Network network, List<NamedTensor> weights) {
    this.network = network;
    List<Parameter> parameters = network.parameters();
    if (weights.size() != parameters.size()) {
      throw new IllegalArgumentException(
          weights.size() + " tensors for " + parameters.size() + " parameters");
    }
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      NamedTensor weight = weights.get(i);
      if (!weight.name().equals(parameter.name()) || !weight.shape().equals(parameter.shape())) {
        throw new IllegalArgumentException(
            "%s of %s given for %s of %s"
                .formatted(weight.name(), weight.shape(), parameter.name(), parameter.shape()));
      }
      Tensor tensor = Tensor.create(weight.values(), weight.shape().dims());
      tensor.set_requires_grad(parameter.kind().trained());
      // The handle outlives the scope, if any, in which this network was made.
      tensor.retainReference();
      tensors.put(parameter.name(), tensor);
    }
  }

  Network network() {
    return network;
  }

  /** The native tensor of a parameter; owned by this network. */
  Tensor tensor(Parameter parameter) {
    return tensors.get(parameter.name());
  }

  /**
   * Logits, shape (batch, classes), of images (batch, 1, 28, 28) in [0, 1].
   *
   * @param mode training changes the running statistics
   */
  Tensor forward(Tensor images, Mode mode) {
    Map<String, Tensor> values = new HashMap<>();
    values.put(Network.INPUT, images);
    Tensor last = images;
    for (Layer layer : network.layers()) {
      last = apply(layer, values, mode);
      values.put(layer.name(), last);
    }
    return last;
  }

  private Tensor apply(Layer layer, Map<String, Tensor> values, Mode mode) {
    Tensor x = values.get(layer.inputs().get(0));
    if (layer instanceof Layer.Convolution c) {
      return convolution(c, x);
    } else if (layer instanceof Layer.BatchNormalization b) {
      return normalization(b, x, mode);
    } else if (layer instanceof Layer.Relu) {
      return torch.relu(x);
    } else if (layer instanceof Layer.Add add) {
      return x.add(values.get(add.right()));
    } else if (layer instanceof Layer.MaxPooling) {
      return torch.max_pool2d(x, 2, 2);
    } else if (layer instanceof Layer.GlobalAveragePooling) {
      return torch.adaptive_avg_pool2d(x, 1, 1);
    } else if (layer instanceof Layer.Flatten) {
      return x.flatten(1, -1);
    } else if (layer instanceof Layer.Linear) {
      return torch.linear(x, owned(layer, "weight"), new TensorOptional(owned(layer, "bias")));
    }
    throw new IllegalStateException("no rule for " + layer);
  }

  private Tensor convolution(Layer.Convolution layer, Tensor x) {
    long stride = layer.stride();
    long padding = layer.kernel() / 2;
    return torch.conv2d(
        x,
        owned(layer, "weight"),
        new TensorOptional(),
        new long[] {stride, stride},
        new long[] {padding, padding},
        new long[] {1, 1},
        layer.groups());
  }

  private Tensor normalization(Layer.BatchNormalization layer, Tensor x, Mode mode) {
    return torch.batch_norm(
        x,
        new TensorOptional(owned(layer, "weight")),
        new TensorOptional(owned(layer, "bias")),
        new TensorOptional(owned(layer, "running_mean")),
        new TensorOptional(owned(layer, "running_var")),
        mode == Mode.TRAINING,
        STATISTICS_MOMENTUM,
        Network.EPSILON,
        /* cudnn_enabled= */ false);
  }

  private Tensor owned(Layer layer, String role) {
    return tensors.get(layer.name() + "." + role);
  }

  /** Index of the largest logit for each image, in inference mode. */
  long[] classify(Batch batch) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor best = forward(batch.images(), Mode.INFERENCE).argmax(new LongOptional(1), false);
      long[] classes = new long[batch.size()];
      best.contiguous().data_ptr_long().get(classes);
      return classes;
    }
  }

  /** Logits (batch, classes), row-major, in inference mode. */
  float[] logits(Batch batch) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      return values(forward(batch.images(), Mode.INFERENCE));
    }
  }

  /** Copies of all tensors, in the order of the network's parameters. */
  List<NamedTensor> snapshot() {
    try (PointerScope scope = new PointerScope()) {
      return network.parameters().stream()
          .map(p -> new NamedTensor(p.name(), p.shape(), values(tensor(p))))
          .toList();
    }
  }

  private static float[] values(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    tensor.contiguous().data_ptr_float().get(values);
    return values;
  }

  @Override
  public void close() {
    tensors.values().forEach(Tensor::releaseReference);
    tensors.clear();
  }
}
