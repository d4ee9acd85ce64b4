package org.zoopress.datasets.network;

import java.util.List;
import org.zoopress.tensor.Shape;

/**
 * One operation of a network. Its result is known by the layer's name; inputs are names of earlier
 * layers or {@link Network#INPUT}. Images are (batch, channels, height, width).
 */
public sealed interface Layer {
  /** Unique in its network. */
  String name();

  /** Names of the values it reads, in the operation's order. */
  List<String> inputs();

  /** The tensors it owns, in the order in which ONNX expects them after the inputs. */
  default List<Parameter> parameters() {
    return List.of();
  }

  /**
   * Convolution without bias, padded by half its kernel: height and width become ⌈n / stride⌉.
   *
   * @param kernel odd height and width of the kernel
   * @param groups 1, or {@code channels} for a depthwise convolution
   */
  record Convolution(
      String name, String input, int channels, int filters, int kernel, int stride, int groups)
      implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public List<Parameter> parameters() {
      Shape shape = Shape.of(filters, channels / groups, kernel, kernel);
      return List.of(new Parameter(name + ".weight", shape, Parameter.Kind.WEIGHT));
    }
  }

  /** Batch normalisation per channel with ε = {@link Network#EPSILON}. */
  record BatchNormalization(String name, String input, int channels) implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public List<Parameter> parameters() {
      Shape shape = Shape.of(channels);
      return List.of(
          new Parameter(name + ".weight", shape, Parameter.Kind.SCALE),
          new Parameter(name + ".bias", shape, Parameter.Kind.SHIFT),
          new Parameter(name + ".running_mean", shape, Parameter.Kind.RUNNING_MEAN),
          new Parameter(name + ".running_var", shape, Parameter.Kind.RUNNING_VARIANCE));
    }
  }

  /** max(x, 0). */
  record Relu(String name, String input) implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /** Sum of two values of equal shape. */
  record Add(String name, String left, String right) implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(left, right);
    }
  }

  /** Maximum over 2 × 2 tiles; an odd last row or column is dropped. */
  record MaxPooling(String name, String input) implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /** Mean over height and width, which become 1. */
  record GlobalAveragePooling(String name, String input) implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /** (batch, c, h, w) to (batch, c · h · w). */
  record Flatten(String name, String input) implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /** x Wᵀ + b with W of shape (outputs, inputs). */
  record Linear(String name, String input, int features, int outputs) implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(
          new Parameter(name + ".weight", Shape.of(outputs, features), Parameter.Kind.WEIGHT),
          new Parameter(name + ".bias", Shape.of(outputs), Parameter.Kind.SHIFT));
    }
  }
}
