package org.zoopress.datafree;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.zoopress.autograd.BatchStatistics;
import org.zoopress.autograd.Stepper;
import org.zoopress.autograd.Tensors;
import org.zoopress.autograd.TorchNetwork;
import org.zoopress.datafree.NetworkCandidate.LayerRow;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;
import org.zoopress.method.secondorder.CodedLayer;
import org.zoopress.method.secondorder.LayerCoder;
import org.zoopress.method.secondorder.LayerProblem;
import org.zoopress.method.secondorder.LayerSettings;
import org.zoopress.method.secondorder.SideParameters;
import org.zoopress.method.secondorder.StoredMember;
import org.zoopress.method.transform.KernelTransform;
import org.zoopress.network.NetworkLayer;
import org.zoopress.network.NetworkNode;
import org.zoopress.network.Normalization;
import org.zoopress.tensor.Shape;

/**
 * Quantizes a network layer after layer, on what the compressed layers before leave.
 *
 * <p>The original and the compressed network are executed in lockstep on the probes. At a layer
 * {@link InputMoments} are taken, its weight is quantized towards {@link CorrectedTarget}, and the
 * compressed network goes on with the weight as it will be restored. At a batch norm, or at a bias
 * where there is none, {@link AffineFit} brings the compressed output to the original's plus what
 * the other branch of a shortcut lacks there. Values are freed after their last reader, so that no
 * more than one layer's inputs and what branches still need are held.
 */
final class SequentialPass {
  /**
   * What a pass leaves.
   *
   * @param bits of the points or codes of all layers, each coded alone
   */
  record Result(StoredNetwork stored, List<LayerRow> rows, double bits) {}

  private static final int CHANNEL_AXIS = 1;

  /** 1 and 0.02 both leave about a tenth more divergence on ResNet-20. */
  private static final double CUT_OFF = 0.2;

  private final PreparedNetwork prepared;
  private final NetworkView view;
  private final DataFreeSettings settings;
  private final Progress progress;
  private final double unit;
  private final LayerCoder coder;
  private final Map<String, StoredMember> members;
  private final Map<String, LayerRow> rows = new LinkedHashMap<>();
  private final Map<String, Double> steps = new HashMap<>();
  private Stepper original;
  private Stepper compressed;

  /**
   * @param exact a member for each weight of the network, that of the original
   * @param unit step of a layer whose factor is one
   * @param coder that quantizes the layers, in the order in which the network is executed
   */
  SequentialPass(
      PreparedNetwork prepared,
      Map<String, StoredMember> exact,
      double unit,
      LayerCoder coder,
      Progress progress) {
    this.prepared = prepared;
    this.view = prepared.view();
    this.settings = prepared.settings();
    this.progress = progress;
    this.unit = unit;
    this.coder = coder;
    this.members = new LinkedHashMap<>(exact);
  }

  Result run() {
    TorchNetwork changed = prepared.compressed();
    view.weights().forEach(changed::set);
    Map<Integer, Integer> layers = new HashMap<>();
    for (int i = 0; i < view.layers().size(); i++) {
      layers.put(view.layers().get(i).node(), i);
    }
    Map<Integer, Normalization> normalizations = new HashMap<>();
    view.normalizations().forEach(n -> normalizations.put(n.node(), n));
    Map<String, Tensor> inputs = Map.of(view.input(), prepared.probes());
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard();
        Stepper first = prepared.original().stepper(inputs, BatchStatistics.STORED);
        Stepper second = changed.stepper(inputs, BatchStatistics.STORED)) {
      original = first;
      compressed = second;
      while (original.hasNext()) {
        try (PointerScope ofNode = new PointerScope()) {
          node(original.next(), layers, normalizations);
        }
      }
    }
    double bits = rows.values().stream().mapToDouble(LayerRow::bits).sum();
    return new Result(new StoredNetwork(members), List.copyOf(rows.values()), bits);
  }

  private void node(
      NetworkNode node, Map<Integer, Integer> layers, Map<Integer, Normalization> normalizations) {
    Integer layer = layers.get(node.index());
    if (layer != null) {
      layer(layer, node);
      return;
    }
    original.execute();
    Normalization normalization = normalizations.get(node.index());
    if (normalization != null) {
      normalization(normalization, node);
    }
    compressed.execute();
    if (normalization != null) {
      measure(normalization.output());
    }
  }

  private void layer(int index, NetworkNode node) {
    NetworkLayer layer = view.layers().get(index);
    double start = CpuTime.seconds();
    original.execute();
    if (!prepared.keep().contains(layer.weight()) && !rows.containsKey(layer.weight())) {
      CodedLayer quantized = quantize(index, layer, node);
      store(Map.of(layer.weight(), layer.inputsFirst() ? quantized.inputsFirst() : quantized));
      double seconds = CpuTime.seconds() - start;
      rows.put(layer.weight(), row(index, quantized.bits(), seconds));
    }
    compressed.execute();
    bias(layer, node);
    if (layer.normalization().isEmpty()) {
      measure(layer.output());
    }
    progress.layer(layer.weight(), index, view.layers().size(), CpuTime.seconds() - start);
  }

  private LayerRow row(int index, double bits, double seconds) {
    String weight = view.layers().get(index).weight();
    return new LayerRow(
        weight, prepared.sensitivities()[index], steps.get(weight), bits, 0, seconds);
  }

  private double step(int index) {
    return unit * prepared.stepFactors()[index];
  }

  private CodedLayer quantize(int index, NetworkLayer layer, NetworkNode node) {
    Tensor inputs = (settings.uses(Idea.SEQUENTIAL) ? compressed : original).value(layer.input());
    Tensor answers = original.value(layer.output());
    Optional<String> bias = layer.bias().filter(node.inputs()::contains);
    if (bias.isPresent()) {
      float[] shift = view.weights().get(bias.get());
      answers = answers.sub(Tensors.of(shift, view.channelDims(layer, shift.length)));
    }
    float[] weight = view.outputsFirst(layer);
    InputMoments moments =
        InputMoments.of(layer, new PlaceColumns(layer, node, inputs, answers), weight);
    Stream.concat(Arrays.stream(moments.gram()), Arrays.stream(moments.drift()))
        .forEach(values -> finite(layer.output(), values));
    double share = settings.uses(Idea.CORRECTED_TARGET) ? settings.correction() : 0;
    float[] target = CorrectedTarget.of(weight, moments, share);
    Shape shape = view.outputsFirstShape(layer);
    double step = step(index);
    if (settings.uses(Idea.FEEDBACK)) {
      step /= Math.sqrt(conditionalVariance(moments.gram()));
    }
    steps.put(layer.weight(), step);
    LayerProblem problem =
        settings.uses(Idea.FEEDBACK)
            ? new LayerProblem(shape, layer.groups(), target, moments.gram())
            : LayerProblem.ofWeights(shape, target);
    return coder.quantize(
        problem,
        new LayerSettings(
            step,
            settings.rateWeight(),
            settings.trellis(),
            settings.damping(),
            Optional.ofNullable(
                prepared.transforms().get(KernelTransform.kernelSize(layer.shape())))));
  }

  /**
   * Geometric mean of the variances of a layer's inputs, each given those behind it, over the mean
   * of the variances: det(H)^(1/n) over tr(H)/n. Feedback makes good what one input says of others,
   * so that of two equally sensitive layers the one with the more alike inputs bears larger steps.
   */
  private double conditionalVariance(double[][] gram) {
    double sum = 0;
    for (double[] h : gram) {
      int n = (int) Math.round(Math.sqrt(h.length));
      DenseMatrix moments = new DenseMatrix(n, n, h.clone());
      double trace = 0;
      for (int i = 0; i < n; i++) {
        trace += h[i * n + i];
      }
      if (trace > 0) {
        Matrices.addToDiagonal(moments, settings.damping() * trace / n);
        double[] lower = LinearAlgebra.get().cholesky(moments).lower().values();
        double log = -Math.log(trace / n);
        for (int i = 0; i < n; i++) {
          log += 2 * Math.log(lower[i * n + i]) / n;
        }
        sum += log / gram.length;
      }
    }
    return Math.exp(sum);
  }

  /** Fits the batch norm whose node the original has just executed. */
  private void normalization(Normalization normalization, NetworkNode node) {
    if (!settings.uses(Idea.NORMALIZATION_FIT) || prepared.keeps(normalization)) {
      return;
    }
    StoredNormalization stored = new StoredNormalization(view, normalization, settings);
    Tensor wanted = target(normalization.output());
    AffineFit.Moments moments =
        ChannelMoments.of(
            compressed.value(node.input(0)),
            wanted,
            activity(normalization.output(), wanted),
            CHANNEL_AXIS);
    AffineFit fit = AffineFit.of(moments, stored.originalScale(), stored.originalVariance());
    finite(normalization.output(), fit.scale());
    finite(normalization.output(), fit.shift());
    finite(normalization.output(), moments.variance());
    store(stored.members(fit, moments));
  }

  /**
   * Weights of a fit where a rectifier reads the value, or its sum with a shortcut: what lies below
   * zero is cut off and counts {@value #CUT_OFF} times as much; all 1 elsewhere.
   */
  private Tensor activity(String value, Tensor wanted) {
    Optional<String> other =
        view.addedTo(value).filter(shortcut -> view.computedBefore(shortcut, value));
    if (!view.isRectified(value)) {
      return torch.ones(1);
    }
    Tensor total = other.isPresent() ? wanted.add(compressed.value(other.get())) : wanted;
    return total
        .gt(new Scalar(0))
        .to(torch.ScalarType.Float)
        .mul(new Scalar(1 - CUT_OFF))
        .add(new Scalar(CUT_OFF));
  }

  /** Shifts the bias of a layer that both have just executed. */
  private void bias(NetworkLayer layer, NetworkNode node) {
    Optional<String> bias =
        layer.bias().filter(node.inputs()::contains).filter(b -> !prepared.keep().contains(b));
    if (bias.isEmpty() || !settings.uses(Idea.NORMALIZATION_FIT)) {
      return;
    }
    Tensor output = compressed.value(layer.output());
    long axis = layer.isConvolution() ? CHANNEL_AXIS : output.dim() - 1;
    AffineFit.Moments moments =
        ChannelMoments.of(output, target(layer.output()), torch.ones(1), axis);
    finite(layer.output(), moments.meanInput());
    finite(layer.output(), moments.meanTarget());
    float[] before = view.weights().get(bias.get());
    float[] after = new float[before.length];
    for (int c = 0; c < after.length; c++) {
      after[c] = (float) (before[c] + moments.meanTarget()[c] - moments.meanInput()[c]);
    }
    SideParameters stored = SideParameters.of(after, settings.sideBits());
    store(Map.of(bias.get(), stored));
    float[] moved = stored.restored();
    for (int c = 0; c < after.length; c++) {
      moved[c] -= before[c];
    }
    compressed.replace(
        layer.output(), output.add(Tensors.of(moved, view.channelDims(layer, moved.length))));
  }

  /** The original's value plus what the other operand lacks where the value is added to it. */
  private Tensor target(String value) {
    Tensor wanted = original.value(value);
    Optional<String> other = view.addedTo(value);
    if (other.isEmpty() || !view.computedBefore(other.get(), value)) {
      return wanted;
    }
    Tensor drift = original.value(other.get()).sub(compressed.value(other.get()));
    return Tensors.shape(drift).equals(Tensors.shape(wanted)) ? wanted.add(drift) : wanted;
  }

  /** Refuses statistics of a value that has overflown. */
  private void finite(String value, double[] statistics) {
    new NetworkChecks(view, settings)
        .finite("values of '%s' on probes".formatted(value), statistics);
  }

  private void store(Map<String, StoredMember> fitted) {
    members.putAll(fitted);
    StoredNetwork stored = new StoredNetwork(members);
    fitted
        .keySet()
        .forEach(name -> prepared.compressed().set(name, stored.restored(view.network(), name)));
  }

  /** Enters the error of a value that both have just computed into the row of its layer. */
  private void measure(String value) {
    view.layers().stream()
        .filter(layer -> layer.result().equals(value) || layer.output().equals(value))
        .map(NetworkLayer::weight)
        .filter(rows::containsKey)
        .findFirst()
        .ifPresent(
            weight -> {
              Tensor wanted = original.value(value);
              double error = wanted.sub(compressed.value(value)).square().sum().item_double();
              double norm = wanted.square().sum().item_double();
              LayerRow row = rows.get(weight);
              rows.put(
                  weight,
                  new LayerRow(
                      weight,
                      row.sensitivity(),
                      row.step(),
                      row.bits(),
                      norm > 0 ? error / norm : 0,
                      row.seconds()));
            });
  }
}
