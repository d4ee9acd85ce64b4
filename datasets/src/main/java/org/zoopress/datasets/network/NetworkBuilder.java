package org.zoopress.datasets.network;

import java.util.ArrayList;
import java.util.List;

/** Appends layers one after another and keeps track of the value and channels at the end. */
final class NetworkBuilder {
  private final List<Layer> layers = new ArrayList<>();
  private String value = Network.INPUT;
  private int channels = 1;

  /** Name of the value that the next layer will read. */
  String value() {
    return value;
  }

  /** Channels of that value. */
  int channels() {
    return channels;
  }

  /** Goes back to an earlier value, to grow a second branch from it. */
  NetworkBuilder from(String earlier, int earlierChannels) {
    value = earlier;
    channels = earlierChannels;
    return this;
  }

  NetworkBuilder convolution(String name, int filters, int kernel, int stride) {
    return convolution(name, filters, kernel, stride, 1);
  }

  NetworkBuilder depthwise(String name, int stride) {
    return convolution(name, channels, 3, stride, channels);
  }

  private NetworkBuilder convolution(String name, int filters, int kernel, int stride, int groups) {
    append(new Layer.Convolution(name, value, channels, filters, kernel, stride, groups));
    channels = filters;
    return this;
  }

  NetworkBuilder normalize(String name) {
    return append(new Layer.BatchNormalization(name, value, channels));
  }

  NetworkBuilder relu(String name) {
    return append(new Layer.Relu(name, value));
  }

  NetworkBuilder add(String name, String other) {
    return append(new Layer.Add(name, value, other));
  }

  NetworkBuilder maxPooling(String name) {
    return append(new Layer.MaxPooling(name, value));
  }

  NetworkBuilder globalAveragePooling(String name) {
    return append(new Layer.GlobalAveragePooling(name, value));
  }

  NetworkBuilder flatten(String name) {
    return append(new Layer.Flatten(name, value));
  }

  NetworkBuilder linear(String name, int features, int outputs) {
    return append(new Layer.Linear(name, value, features, outputs));
  }

  Network build(String architecture) {
    return new Network(architecture, layers);
  }

  private NetworkBuilder append(Layer layer) {
    layers.add(layer);
    value = layer.name();
    return this;
  }
}
