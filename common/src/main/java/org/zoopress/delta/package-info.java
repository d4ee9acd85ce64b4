/**
 * Tensors as differences to a relative: finding the relative, and the arithmetic of differences.
 *
 * <p>A fine-tuned copy W of a tensor B is near it: δ = ‖W − B‖² / ‖W‖² is small. Stored as the
 * difference D = W − B̂ to what the archive gives back for B, it needs, at relative error e and
 * with B̂ of error e too, about
 *
 * <pre>  ½ log₂(1 + δ/e)   bits a weight, where W alone needs   ½ log₂(1/e)</pre>
 *
 * (both for Gaussian values, by the rate–distortion function of a source of variance δ + e and 1).
 * Since D is taken against B̂, not B, the error of the copy is only that of coding D: errors of the
 * base do not add up. A base is never itself a difference, so decoding a tensor needs one other at
 * most.
 *
 * <p>Relatives are found by {@link org.zoopress.delta.TensorSketch}es, which give δ without reading
 * both tensors: a count sketch of 64 buckets (Charikar, Chen, Farach-Colton, <i>Finding frequent
 * items in data streams</i>, ICALP 2002). The squared distance of two sketches is an unbiased
 * estimate of ‖W − B‖² with relative standard deviation at most √(2/64) = 0.18, for differences of
 * any kind: a sample of values would miss one that is concentrated in a few rows.
 */
package org.zoopress.delta;
