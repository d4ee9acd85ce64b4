package org.zoopress.zoo;

import org.zoopress.error.Check;

/**
 * Bounds on what a model file may make a reader allocate or walk through. A file beyond a bound is
 * refused with {@link org.zoopress.error.BadModelException} before the memory is taken.
 *
 * @param maxHeaderBytes bytes of everything that is not a tensor, summed over the files of a model:
 *     JSON headers, graph, pickles, zip directory
 * @param maxTensors tensors of one model
 * @param maxRank modes of one tensor
 * @param maxNameLength characters of a tensor's name
 * @param maxFiles files of one model: shards or external data
 * @param maxNesting graphs inside graphs of ONNX, dicts inside dicts of a checkpoint
 * @param maxPickleOpcodes opcodes of all pickles of a checkpoint together
 * @param maxPickleMemo memo slots of one pickle
 */
public record ReaderLimits(
    long maxHeaderBytes,
    int maxTensors,
    int maxRank,
    int maxNameLength,
    int maxFiles,
    int maxNesting,
    long maxPickleOpcodes,
    int maxPickleMemo)
    implements java.io.Serializable {

  /**
   * 100 MB of header (what the reference implementation of safetensors allows), 500,000 tensors,
   * rank 64 (PyTorch's own bound), names of 4,096 characters, 10,000 files, 32 nested graphs or
   * dicts, 5 million opcodes, 2 million memo slots.
   */
  public static final ReaderLimits DEFAULT =
      new ReaderLimits(100_000_000, 500_000, 64, 4096, 10_000, 32, 5_000_000, 2_000_000);

  /** Refuses bounds that are not positive. */
  public ReaderLimits {
    positive("max-header-bytes", maxHeaderBytes);
    Check.argument(
        maxHeaderBytes <= Integer.MAX_VALUE - 16,
        "Cannot use reader.max-header-bytes=%s: headers are parsed in memory. Use at most %s.",
        maxHeaderBytes,
        Integer.MAX_VALUE - 16);
    positive("max-tensors", maxTensors);
    positive("max-rank", maxRank);
    positive("max-name-length", maxNameLength);
    Check.argument(
        maxNameLength <= 1 << 20,
        "Cannot use reader.max-name-length=%s: names are kept in memory. Use at most %s.",
        maxNameLength,
        1 << 20);
    positive("max-files", maxFiles);
    positive("max-nesting", maxNesting);
    Check.argument(
        maxNesting <= 256,
        "Cannot use reader.max-nesting=%s: nested parts are read recursively. Use at most 256.",
        maxNesting);
    positive("max-pickle-opcodes", maxPickleOpcodes);
    positive("max-pickle-memo", maxPickleMemo);
  }

  /** The same bounds with another {@link #maxHeaderBytes}. */
  public ReaderLimits withMaxHeaderBytes(long bytes) {
    return new ReaderLimits(
        bytes,
        maxTensors,
        maxRank,
        maxNameLength,
        maxFiles,
        maxNesting,
        maxPickleOpcodes,
        maxPickleMemo);
  }

  /** The same bounds with another {@link #maxTensors}. */
  public ReaderLimits withMaxTensors(int tensors) {
    return new ReaderLimits(
        maxHeaderBytes,
        tensors,
        maxRank,
        maxNameLength,
        maxFiles,
        maxNesting,
        maxPickleOpcodes,
        maxPickleMemo);
  }

  /** The same bounds with other {@link #maxPickleOpcodes} and {@link #maxPickleMemo}. */
  public ReaderLimits withMaxPickle(long opcodes, int memo) {
    return new ReaderLimits(
        maxHeaderBytes, maxTensors, maxRank, maxNameLength, maxFiles, maxNesting, opcodes, memo);
  }

  private static void positive(String key, long value) {
    Check.argument(
        value > 0, "Cannot use reader.%s=%s: the bound must be positive. Raise it.", key, value);
  }
}
