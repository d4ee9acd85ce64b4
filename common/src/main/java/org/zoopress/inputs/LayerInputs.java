package org.zoopress.inputs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.evaluate.DataSet;
import org.zoopress.evaluate.OnnxSession;
import org.zoopress.evaluate.SampleBatchSource;
import org.zoopress.evaluate.SampleShape;
import org.zoopress.linalg.LinearAlgebra;

/**
 * Runs a network over samples and collects what its layers see.
 *
 * <p>Bounded memory: activations of one batch, whose size follows from those of a single sample,
 * and the matrices of one pass; where all matrices together are larger than that, the network runs
 * several times over the samples, each time for other layers.
 */
public final class LayerInputs {
  /** Floats of all collected activations of a batch: 64 MiB. */
  private static final long BATCH_FLOATS = 1L << 24;

  /** ONNX Runtime gains nothing beyond on one thread. */
  private static final int MAX_BATCH = 64;

  /** Doubles of the matrices of a pass, as many as one matrix may need: 256 MiB. */
  private static final long PASS_DOUBLES = 1L << 25;

  private final OnnxSession session;
  private final DataSet data;
  private final long samples;

  /** Takes the matrices as they are finished. */
  public interface GramConsumer {
    /**
     * @param weight name of the tensor
     * @param gram H = Σ x·xᵀ / N, n×n, exactly symmetric
     */
    void accept(String weight, DenseMatrix gram) throws IOException;
  }

  /**
   * @param session the network, with {@link WeightLayers#extraOutputs} among its outputs
   * @param samples so many of the data set's first samples
   */
  public LayerInputs(OnnxSession session, DataSet data, long samples) {
    this.session = session;
    this.data = data;
    this.samples = samples;
  }

  /**
   * Collects the inputs of all layers.
   *
   * @return weights whose inputs turned out to be no such inputs, with the reason
   * @throws org.zoopress.error.UserInputException if the network fails on the samples
   */
  public Map<String, String> collect(WeightLayers layers, GramConsumer consumer)
      throws IOException {
    Map<String, String> refusals = new LinkedHashMap<>();
    List<String> pass = new ArrayList<>();
    long doubles = 0;
    for (Map.Entry<String, List<WeightLayer>> weight : layers.layers().entrySet()) {
      long columns = weight.getValue().get(0).columns();
      if (!pass.isEmpty() && doubles + columns * columns > PASS_DOUBLES) {
        collect(pass, layers, consumer, refusals);
        pass.clear();
        doubles = 0;
      }
      pass.add(weight.getKey());
      doubles += columns * columns;
    }
    if (!pass.isEmpty()) {
      collect(pass, layers, consumer, refusals);
    }
    return refusals;
  }

  private void collect(
      List<String> weights,
      WeightLayers layers,
      GramConsumer consumer,
      Map<String, String> refusals)
      throws IOException {
    Pass pass = new Pass(weights, layers, refusals);
    SampleShape shape = data.shape();
    int batch = (int) Math.min(MAX_BATCH, samples);
    try (SampleBatchSource source = data.shard(0, samples)) {
      long floats = pass.floatsOfOne(shape);
      batch = (int) Math.max(1, Math.min(batch, BATCH_FLOATS / Math.max(1, floats)));
      FloatBuffer pixels = buffer(batch * (long) shape.elements());
      int[] classes = new int[batch];
      for (int count = source.read(pixels, classes);
          count > 0;
          count = source.read(pixels.clear(), classes)) {
        pass.add(pixels, count, shape);
      }
    }
    for (Map.Entry<String, PatchGram> gram : pass.grams.entrySet()) {
      String weight = gram.getKey();
      if (gram.getValue().count() == 0) {
        refusals.putIfAbsent(weight, "the network computes nothing that the layer reads");
      } else if (!refusals.containsKey(weight)) {
        DenseMatrix mean = gram.getValue().mean();
        if (isFinite(mean)) {
          consumer.accept(weight, mean);
        } else {
          refusals.put(weight, "its inputs are not finite");
        }
      }
    }
  }

  private static boolean isFinite(DenseMatrix matrix) {
    for (double value : matrix.values()) {
      if (!Double.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private static FloatBuffer buffer(long floats) {
    return ByteBuffer.allocateDirect(Math.toIntExact(Math.multiplyExact(floats, Float.BYTES)))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  /** The layers whose matrices are added up at the same time. */
  private final class Pass {
    final Map<String, PatchGram> grams = new LinkedHashMap<>();
    private final Map<String, List<WeightLayer>> readers = new LinkedHashMap<>();
    private final Set<String> outputs = new LinkedHashSet<>();
    private final Map<String, String> refusals;

    Pass(List<String> weights, WeightLayers layers, Map<String, String> refusals) {
      this.refusals = refusals;
      for (String weight : weights) {
        for (WeightLayer layer : layers.layers().get(weight)) {
          grams.computeIfAbsent(
              weight, name -> new PatchGram(LinearAlgebra.get(), layer.columns()));
          readers.computeIfAbsent(layer.input(), name -> new ArrayList<>()).add(layer);
        }
      }
      outputs.addAll(readers.keySet());
      outputs.remove(session.input());
    }

    /** Floats of all collected values of one sample. */
    long floatsOfOne(SampleShape shape) {
      long[] floats = {shape.elements()};
      if (!outputs.isEmpty()) {
        session.values(
            buffer(shape.elements()),
            1,
            shape,
            outputs,
            (name, values, dims, used) -> floats[0] += values.remaining());
      }
      return floats[0];
    }

    void add(FloatBuffer pixels, int count, SampleShape shape) {
      if (readers.containsKey(session.input())) {
        FloatBuffer own = pixels.slice(0, count * shape.elements());
        add(session.input(), own, session.tensorShape(shape, count), count);
      }
      if (!outputs.isEmpty()) {
        session.values(pixels, count, shape, outputs, this::add);
      }
    }

    private void add(String name, FloatBuffer values, long[] dims, int used) {
      for (WeightLayer layer : readers.get(name)) {
        Optional<String> refusal =
            dims.length < 2 || dims[0] < used
                ? Optional.of("its input has no mode for samples")
                : grams.get(layer.weight()).add(values, dims, used, layer);
        refusal.ifPresent(reason -> refusals.putIfAbsent(layer.weight(), reason));
      }
    }
  }
}
