package org.zoopress.autograd;

import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;
import org.zoopress.error.UserInputException;
import org.zoopress.linalg.NativeMemory;

/**
 * The native library behind this package, loaded once per JVM: one thread per pass, since Spark
 * runs one task on each core, and deterministic algorithms only.
 *
 * <p>Memory. Values are freed by scopes; JavaCPP's bound on the process is lifted, see {@link
 * NativeMemory}. The launcher leaves room beside the heap for the values of a pass, times the tasks
 * of an executor: spark.executor.memoryOverhead of 1 GiB for the libraries and about 0.5 GiB a task
 * for networks the size of a ResNet.
 *
 * <p>Threads. The launcher sets OMP_NUM_THREADS=1 and OPENBLAS_NUM_THREADS=1, so that no library
 * below starts threads of its own; without that a pass still computes on one, but idle ones exist.
 */
public final class TorchRuntime {
  private TorchRuntime() {}

  /** Why networks cannot be executed on this machine; empty if they can. The first call loads. */
  public static Optional<String> refusal() {
    return Library.REFUSAL;
  }

  /**
   * Loads the library and makes the calling thread compute alone.
   *
   * @throws UserInputException if {@link #refusal} has a reason
   */
  static void enter() {
    refusal()
        .ifPresent(
            reason -> {
              throw new UserInputException("Cannot execute networks: " + reason);
            });
    // OpenMP keeps the number of threads for each thread that asks.
    torch.set_num_threads(1);
  }

  /** Initialised, hence loaded, at first use and under the JVM's lock. */
  private static final class Library {
    static final Optional<String> REFUSAL = load();

    private static Optional<String> load() {
      NativeMemory.lift();
      try {
        Loader.load(torch.class);
        openblas.blas_set_num_threads(1);
        torch.set_num_threads(1);
        torch.set_num_interop_threads(1);
        torch.globalContext().setDeterministicAlgorithms(true, /* warn only */ false);
        torch.globalContext().setDeterministicMkldnn(true);
        return Optional.empty();
      } catch (LinkageError | RuntimeException e) {
        return Optional.of(
            ("PyTorch's native library does not load on %s (%s). Use Linux on x86-64, where it is"
                    + " part of the distribution, or add org.bytedeco:pytorch for this platform to"
                    + " the class path.")
                .formatted(
                    Loader.getPlatform(),
                    String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
      }
    }
  }
}
