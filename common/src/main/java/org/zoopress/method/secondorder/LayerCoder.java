package org.zoopress.method.secondorder;

/**
 * Quantizes one layer with error feedback: to points of a scalar quantizer ({@link
 * LayerQuantizer#quantize}) or to sums of codewords ({@link AdditiveQuantizer}).
 */
@FunctionalInterface
public interface LayerCoder {
  /** Points of a scalar quantizer and of its trellis. */
  LayerCoder SCALAR = LayerQuantizer::quantize;

  /** The layer as near to its target as its bits pay for. */
  CodedLayer quantize(LayerProblem problem, LayerSettings settings);
}
