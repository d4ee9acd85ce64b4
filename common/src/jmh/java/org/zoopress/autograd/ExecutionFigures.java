package org.zoopress.autograd;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Prints images per CPU second of one thread: inference, inference node by node, and forward and
 * backward to the input with statistics of the batch, the best of several rounds. Not a JMH
 * benchmark: the native library warms up in one pass, and memory belongs to the figures.
 *
 * <pre>  mvn -Pjmh -pl common test-compile exec:exec \
 *    -Djmh.main=org.zoopress.autograd.ExecutionFigures -Djmh.args="resnet20.bn.onnx 128 64" </pre>
 */
public final class ExecutionFigures {
  private static final int ROUNDS = 7;

  private ExecutionFigures() {}

  /**
   * @param arguments an ONNX file of the data pack's cifar10_resnet, or an absolute path; batches
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(System.getProperty("zoopress.test.data"), "cifar10_resnet");
    StoredNetwork stored = StoredNetwork.read(folder.resolve(arguments[0]).toAbsolutePath());
    System.out.println("batch  inference  steps  forward+backward  images/CPU s; resident MiB");
    for (int i = 1; i < arguments.length; i++) {
      int batch = Integer.parseInt(arguments[i]);
      float[] input = stored.randomInput(batch, 1);
      try (TorchNetwork network = stored.open()) {
        System.out.printf(
            Locale.ROOT,
            "%5d  %9.0f  %5.0f  %16.0f  %d%n",
            batch,
            rate(batch, () -> inference(stored, network, input, batch)),
            rate(batch, () -> steps(stored, network, input, batch)),
            rate(batch, () -> gradient(stored, network, input, batch)),
            Pointer.physicalBytes() >> 20);
      }
    }
  }

  private static double rate(int batch, Runnable pass) {
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      pass.run();
      long end = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      best = Math.max(best, batch * 1e9 / (end - start));
    }
    return best;
  }

  private static void inference(
      StoredNetwork stored, TorchNetwork network, float[] input, int batch) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor x = Tensors.of(input, stored.inputDims(batch));
      Tensors.values(
          network
              .forward(Map.of(stored.input(), x), BatchStatistics.STORED, Set.of())
              .get(stored.output()));
    }
  }

  private static void steps(
      StoredNetwork stored, TorchNetwork network, float[] input, int batch) {
    try (PointerScope scope = new PointerScope();
        Stepper stepper =
            network.stepper(
                Map.of(stored.input(), Tensors.of(input, stored.inputDims(batch))),
                BatchStatistics.STORED)) {
      while (stepper.hasNext()) {
        stepper.execute();
      }
      Tensors.values(stepper.value(stored.output()));
    }
  }

  private static void gradient(
      StoredNetwork stored, TorchNetwork network, float[] input, int batch) {
    try (PointerScope scope = new PointerScope()) {
      Tensor x = Tensors.of(input, stored.inputDims(batch));
      x.set_requires_grad(true);
      Tensor y =
          network
              .forward(Map.of(stored.input(), x), BatchStatistics.BATCH, Set.of())
              .get(stored.output());
      Tensors.values(Tensors.gradients(y.mul(y).sum(), List.of(x)).get(0));
    }
  }
}
