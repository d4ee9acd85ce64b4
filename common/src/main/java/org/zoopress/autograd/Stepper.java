package org.zoopress.autograd;

import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.zoopress.network.NetworkNode;

/**
 * Executes a network node by node, without gradients. A value is freed when the node behind its
 * last reader is executed, so that a pass over a deep network holds few of them; the network's
 * outputs stay. Weights are read when their node is executed: one may be replaced just before.
 *
 * <p>One thread at a time. Close it to free the values that are left.
 */
public final class Stepper implements AutoCloseable {
  private final TorchNetwork owner;
  private final Program program;
  private final BatchStatistics statistics;
  private final Set<String> outputs;
  private final LiveValues values = new LiveValues();
  private int position;

  Stepper(
      TorchNetwork owner, Program program, Map<String, Tensor> inputs, BatchStatistics statistics) {
    this.owner = owner;
    this.program = program;
    this.statistics = statistics;
    this.outputs = Set.copyOf(program.network().outputs());
    inputs.forEach(this::hold);
  }

  /** Whether a node is left. */
  public boolean hasNext() {
    return position < program.size();
  }

  /**
   * The node that {@link #execute} would run.
   *
   * @throws NoSuchElementException if none is left
   */
  public NetworkNode next() {
    if (!hasNext()) {
      throw new NoSuchElementException("all nodes are executed");
    }
    return program.network().nodes().get(position);
  }

  /**
   * Runs {@link #next} and goes on to the node behind it. The inputs and the output of the node
   * that has run stay until the next call.
   */
  public void execute() {
    NetworkNode node = next();
    TorchRuntime.enter();
    if (position > 0) {
      program.dead(position - 1, outputs).forEach(values::release);
    }
    try (NoGradGuard guard = new NoGradGuard()) {
      Tensor result = program.execute(position, this::find, statistics);
      values.put(Program.output(node), result);
    }
    position++;
  }

  /**
   * A value that is still alive: an input of {@link #next}, an input or the output of the node that
   * ran last, or an output of the network; also a weight. Owned by this object.
   *
   * @throws IllegalArgumentException if it is not computed yet, freed or unknown
   */
  public Tensor value(String name) {
    return find(name)
        .orElseThrow(() -> new IllegalArgumentException("no value " + name + " is alive"));
  }

  /**
   * Puts another value in the place of one that is alive, for instance a corrected output of the
   * node that ran last; later nodes read it.
   *
   * @param value of the same shape; the caller may free it afterwards
   */
  public void replace(String name, Tensor value) {
    Tensor before =
        values
            .find(name)
            .orElseThrow(() -> new IllegalArgumentException("no value " + name + " is alive"));
    if (!Tensors.shape(before).equals(Tensors.shape(value))) {
      throw new IllegalArgumentException(
          "%s for %s of %s".formatted(Tensors.shape(value), name, Tensors.shape(before)));
    }
    hold(name, value);
  }

  /** Takes a handle of its own, without gradient. */
  private void hold(String name, Tensor value) {
    try (PointerScope scope = new PointerScope()) {
      values.hold(name, value.detach());
    }
  }

  private Optional<Tensor> find(String name) {
    return values.find(name).or(() -> owner.stored(name));
  }

  @Override
  public void close() {
    values.close();
  }
}
