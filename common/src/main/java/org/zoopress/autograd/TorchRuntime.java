package org.zoopress.autograd;

import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.zoopress.error.UserInputException;

/**
 * The native library behind this package, loaded once per JVM: one thread per pass, since Spark
 * runs one task on each core, and deterministic algorithms only.
 *
 * <p>Memory. JavaCPP by default refuses allocations once the whole process, heap included, occupies
 * twice the maximal heap, after slow attempts to collect garbage. Here values are freed by scopes,
 * so that the collector has nothing to add; the bound is therefore lifted, unless the launcher has
 * set it. JavaCPP reads it once, with the first native class of the JVM, which may be OpenBLAS's:
 * the launcher of a driver or executor that executes networks should pass {@code
 * -Dorg.bytedeco.javacpp.maxPhysicalBytes=0}, and leave about 1.5 GiB a task beside the heap
 * (spark.executor.memoryOverhead).
 *
 * <p>Threads. OMP_NUM_THREADS=1 and OPENBLAS_NUM_THREADS=1 in the environment keep the libraries
 * below from starting threads of their own; the launcher sets them.
 */
public final class TorchRuntime {
  private static final String PHYSICAL_BYTES = "org.bytedeco.javacpp.maxPhysicalBytes";

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
      if (System.getProperty(PHYSICAL_BYTES) == null
          && System.getProperty(PHYSICAL_BYTES.toLowerCase(java.util.Locale.ROOT)) == null) {
        System.setProperty(PHYSICAL_BYTES, "0");
      }
      try {
        Loader.load(torch.class);
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
