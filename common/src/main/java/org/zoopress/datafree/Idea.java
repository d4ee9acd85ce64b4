package org.zoopress.datafree;

/**
 * Parts of the recipe that can be left out, to see what each is worth; BENCHMARKS.md has the table.
 */
public enum Idea {
  /** Probes are fitted to the statistics of batch norms; without, they are image-like noise. */
  MATCHED_PROBES,
  /** Steps of layers follow from sensitivities; without, from the inputs of each layer alone. */
  LAYER_STEPS,
  /** Kernels are rotated to frequencies. */
  TRANSFORM,
  /** What a column's rounding does to the outputs is made good in the columns to come. */
  FEEDBACK,
  /** Second moments are those of the compressed network's inputs, not of the original's. */
  SEQUENTIAL,
  /** The target is moved to undo what layers before have done to the inputs. */
  CORRECTED_TARGET,
  /** Batch norms or biases are fitted after each layer. */
  NORMALIZATION_FIT,
  /** Scales, batch norms and biases are trained on the answers of the original to the probes. */
  DISTILLATION
}
