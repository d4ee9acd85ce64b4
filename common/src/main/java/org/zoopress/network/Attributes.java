package org.zoopress.network;

import java.util.List;
import java.util.Map;

/**
 * The attributes of an operation that are numbers or texts. Tensors have become constants, and
 * graphs are refused where the network is read.
 *
 * @param integers one or several whole numbers each
 * @param floats one or several numbers each
 * @param texts for instance {@code auto_pad} and {@code mode}
 */
public record Attributes(
    Map<String, List<Long>> integers, Map<String, List<Float>> floats, Map<String, String> texts) {

  /** Copies. */
  public Attributes {
    integers = Map.copyOf(integers);
    floats = Map.copyOf(floats);
    texts = Map.copyOf(texts);
  }

  /** The first value of a whole-numbered attribute. */
  public long integer(String name, long absent) {
    List<Long> values = integers.getOrDefault(name, List.of());
    return values.isEmpty() ? absent : values.get(0);
  }

  /** All values of a whole-numbered attribute; empty if it is absent. */
  public List<Long> integerList(String name) {
    return integers.getOrDefault(name, List.of());
  }

  /** The first value of a real-valued attribute. */
  public float number(String name, float absent) {
    List<Float> values = floats.getOrDefault(name, List.of());
    return values.isEmpty() ? absent : values.get(0);
  }

  /** A text. */
  public String text(String name, String absent) {
    return texts.getOrDefault(name, absent);
  }
}
