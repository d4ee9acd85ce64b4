package org.zoopress.datafree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.zoopress.autograd.BatchStatistics;
import org.zoopress.autograd.Tensors;
import org.zoopress.autograd.TorchNetwork;
import org.zoopress.method.secondorder.SideParameters;
import org.zoopress.method.secondorder.StoredMember;

/**
 * Trains the side parameters of a compressed network (scales and shifts of batch norms, biases) to
 * answer the probes as the original does; weights stay as they are.
 *
 * <p>Each step shows probes that are moved anew ({@link Motion}). The loss is T² KL(softmax(z/T) ‖
 * softmax(ẑ/T)), z the original's logits; Adam with a rate that falls as a cosine, and for each
 * number relative to its size or its vector's root mean square, whichever is larger. Afterwards all
 * numbers are rounded again.
 *
 * @see <a href="https://arxiv.org/abs/1503.02531">Hinton et al., Distilling the knowledge in a
 *     neural network, 2015</a>
 */
final class Distillation {
  /** A vector that is trained. */
  private record Trained(String name, double[] values, double[] rates, Adam adam) {}

  private final PreparedNetwork prepared;
  private final DataFreeSettings settings;
  private final Progress progress;

  Distillation(PreparedNetwork prepared, Progress progress) {
    this.prepared = prepared;
    this.settings = prepared.settings();
    this.progress = progress;
  }

  /** The network with other side parameters; whether it is better is for the caller to judge. */
  StoredNetwork train(StoredNetwork stored) {
    NetworkView view = prepared.view();
    TorchNetwork network = prepared.compressed();
    for (String name : stored.members().keySet()) {
      network.set(name, stored.restored(view.network(), name));
    }
    List<Trained> trained = new ArrayList<>();
    stored
        .members()
        .forEach(
            (name, member) -> {
              if (member instanceof SideParameters side) {
                trained.add(trained(name, side.restored()));
              }
            });
    if (trained.isEmpty()) {
      return stored;
    }
    try (PointerScope scope = new PointerScope()) {
      List<Tensor> parameters = trained.stream().map(t -> network.parameter(t.name)).toList();
      parameters.forEach(parameter -> parameter.set_requires_grad(true));
      int samples = Math.toIntExact(prepared.probes().size(0));
      int batch = Math.min(prepared.batch(), samples);
      CosineSchedule schedule = new CosineSchedule(1, settings.distillationSteps());
      Random random = new Random(settings.seed());
      int[] order = new int[0];
      int next = 0;
      for (int step = 0; step < settings.distillationSteps(); step++) {
        if (next + batch > order.length) {
          order = shuffled(samples, random);
          next = 0;
        }
        long[] chosen = new long[batch];
        for (int i = 0; i < batch; i++) {
          chosen[i] = order[next++];
        }
        descend(network, view, chosen, parameters, trained, schedule.rate(step), random);
        progress.step("distillation", step + 1, settings.distillationSteps());
      }
      parameters.forEach(parameter -> parameter.set_requires_grad(false));
    }
    if (!trained.stream()
        .flatMapToDouble(t -> Arrays.stream(t.values))
        .allMatch(Double::isFinite)) {
      return stored; // the training has run away
    }
    Map<String, StoredMember> members = new LinkedHashMap<>();
    for (Trained t : trained) {
      members.put(t.name, SideParameters.of(floats(t.values), settings.sideBits()));
    }
    return stored.with(members);
  }

  private Trained trained(String name, float[] start) {
    double[] values = new double[start.length];
    double square = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = start[i];
      square += values[i] * values[i] / values.length;
    }
    double[] rates = new double[start.length];
    for (int i = 0; i < rates.length; i++) {
      rates[i] = settings.distillationRate() * Math.max(Math.abs(values[i]), Math.sqrt(square));
    }
    return new Trained(name, values, rates, new Adam(values.length));
  }

  private static Tensor answers(TorchNetwork network, NetworkView view, Tensor inputs) {
    return network
        .forward(Map.of(view.input(), inputs), BatchStatistics.STORED, Set.of(view.answers()))
        .get(view.answers())
        .reshape(inputs.size(0), -1);
  }

  private void descend(
      TorchNetwork network,
      NetworkView view,
      long[] chosen,
      List<Tensor> parameters,
      List<Trained> trained,
      double factor,
      Random random) {
    try (PointerScope scope = new PointerScope()) {
      Tensor index = Tensors.ofIntegers(chosen);
      Tensor inputs = Motion.moved(prepared.probes().index_select(0, index), random).contiguous();
      Scalar warmth = new Scalar(settings.temperature());
      Tensor wanted = answers(prepared.original(), view, inputs).div(warmth).softmax(1);
      Tensor answers = answers(network, view, inputs);
      // The entropy of the original's answers does not depend on what is trained.
      Tensor loss =
          wanted
              .mul(answers.div(warmth).log_softmax(1))
              .sum()
              .mul(new Scalar(-settings.temperature() * settings.temperature() / chosen.length));
      List<Tensor> gradients = Tensors.gradients(loss, parameters);
      try (NoGradGuard guard = new NoGradGuard()) {
        for (int i = 0; i < trained.size(); i++) {
          Trained t = trained.get(i);
          t.adam.step(t.values, doubles(Tensors.values(gradients.get(i))), t.rates, factor);
          network.set(t.name, floats(t.values));
        }
      }
    }
  }

  private static int[] shuffled(int count, Random random) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
