package org.zoopress.autograd;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.zoopress.error.UserInputException;
import org.zoopress.network.Constant;
import org.zoopress.network.Network;
import org.zoopress.tensor.Shape;

/**
 * A network with its weights in native memory, executed on the calling thread. One thread at a time
 * may use it; several networks run side by side. Holds native memory until it is closed.
 */
public final class TorchNetwork implements AutoCloseable {
  private final Network network;
  private final Program program;
  private final LiveValues parameters = new LiveValues();
  private final LiveValues constants = new LiveValues();

  private TorchNetwork(Network network) {
    this.network = network;
    this.program = new Program(network);
  }

  /**
   * Copies the weights.
   *
   * @param weights elements, row-major, for each of the network's weights and no others
   * @throws UserInputException if an operation of the network is not supported here, which names
   *     the operation, the node and the model, or if the native library is missing
   * @throws IllegalArgumentException if a weight is missing, unknown or of another size
   */
  public static TorchNetwork of(Network network, Map<String, float[]> weights) {
    checkNames(network, weights.keySet());
    TorchNetwork torch = new TorchNetwork(network);
    try (PointerScope scope = new PointerScope()) {
      network
          .weights()
          .forEach((name, entry) -> hold(torch.parameters, name, weights.get(name), entry.shape()));
      network.constants().entrySet().stream()
          .filter(constant -> constant.getValue().isFloat())
          .forEach(c -> hold(torch.constants, c.getKey(), c.getValue()));
    } catch (RuntimeException e) {
      torch.close();
      throw e;
    }
    return torch;
  }

  private static void checkNames(Network network, Set<String> given) {
    if (!given.equals(network.weights().keySet())) {
      Set<String> missing = new TreeSet<>(network.weights().keySet());
      missing.removeAll(given);
      Set<String> unknown = new TreeSet<>(given);
      unknown.removeAll(network.weights().keySet());
      throw new IllegalArgumentException(
          "weights of %s: missing %s, unknown %s".formatted(network.path(), missing, unknown));
    }
  }

  private static void hold(LiveValues values, String name, Constant constant) {
    hold(values, name, constant.floats(), constant.shape());
  }

  private static void hold(LiveValues values, String name, float[] elements, Shape shape) {
    if (elements.length != shape.elements()) {
      throw new IllegalArgumentException(
          "%d elements for %s of %s".formatted(elements.length, name, shape));
    }
    Tensor tensor = Tensors.of(elements, shape.dims());
    tensor.retainReference();
    values.put(name, tensor);
  }

  /** Why a network cannot be executed: an operation, or the library; empty if it can. */
  public static Optional<String> refusal(Network network) {
    try {
      Program unused = new Program(network);
      return TorchRuntime.refusal();
    } catch (UserInputException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** What is executed. */
  public Network network() {
    return network;
  }

  /**
   * The native tensor of a weight, owned by this object. Set requires_grad on it to have its
   * gradient.
   */
  public Tensor parameter(String weight) {
    return parameters
        .find(weight)
        .orElseThrow(() -> new IllegalArgumentException("no weight " + weight));
  }

  /** Replaces the elements of a weight, whose shape stays. */
  public void set(String weight, float[] values) {
    Tensors.set(parameter(weight), values);
  }

  /**
   * Executes all nodes. Gradients flow where inputs or parameters require them. Values that nothing
   * reads any more are freed on the way, unless a gradient needs them. Images (N, C, H, W) may lie
   * in memory with the channels last, which convolutions are faster on; {@link Tensors} copies them
   * row-major.
   *
   * @param inputs the network's inputs by name, float32
   * @param wanted values to return besides the network's outputs
   * @return outputs and wanted values, in the caller's innermost {@link PointerScope}
   * @throws IllegalStateException if the caller has no scope
   * @throws IllegalArgumentException if an input is missing or a wanted value unknown
   * @throws UserInputException if a node does not take what it gets
   */
  public Map<String, Tensor> forward(
      Map<String, Tensor> inputs, BatchStatistics statistics, Set<String> wanted) {
    PointerScope caller = PointerScope.getInnerScope();
    if (caller == null) {
      throw new IllegalStateException("forward needs a PointerScope, which frees what it returns");
    }
    Set<String> kept = new TreeSet<>(network.outputs());
    kept.addAll(wanted);
    checkInputs(inputs);
    checkWanted(wanted);
    TorchRuntime.enter();
    try (LiveValues values = new LiveValues()) {
      inputs.forEach(values::hold);
      for (int index = 0; index < program.size(); index++) {
        Tensor result = program.execute(index, name -> operand(name, values), statistics);
        values.put(Program.output(network.nodes().get(index)), result);
        program.dead(index, kept).forEach(values::release);
      }
      Map<String, Tensor> results = new LinkedHashMap<>();
      for (String name : kept) {
        values.find(name).ifPresent(caller::attach);
        Tensor given = inputs.get(name);
        results.put(name, given != null ? given : operand(name, values).orElseThrow());
      }
      return results;
    }
  }

  /** Begins a pass node by node, without gradients. The inputs must stay until it is closed. */
  public Stepper stepper(Map<String, Tensor> inputs, BatchStatistics statistics) {
    checkInputs(inputs);
    return new Stepper(this, program, inputs, statistics);
  }

  private void checkInputs(Map<String, Tensor> inputs) {
    List<String> names = network.inputs().stream().map(Network.Input::name).toList();
    if (!inputs.keySet().equals(Set.copyOf(names))) {
      throw new IllegalArgumentException(
          "inputs %s for %s, which takes %s".formatted(inputs.keySet(), network.path(), names));
    }
  }

  private void checkWanted(Set<String> wanted) {
    Set<String> known = new HashSet<>();
    network.inputs().forEach(input -> known.add(input.name()));
    network.nodes().forEach(node -> known.add(Program.output(node)));
    if (!known.containsAll(wanted)) {
      throw new IllegalArgumentException(
          "wanted values %s are not all computed by %s".formatted(wanted, network.path()));
    }
  }

  private Optional<Tensor> operand(String name, LiveValues values) {
    return values.find(name).or(() -> stored(name));
  }

  /** A weight or a constant of real numbers. */
  Optional<Tensor> stored(String name) {
    return parameters.find(name).or(() -> constants.find(name));
  }

  @Override
  public void close() {
    parameters.close();
    constants.close();
  }
}
