/**
 * Trains the networks of the zoo on the CPU with the native autograd of LibTorch.
 *
 * <p>Stochastic gradient descent with momentum μ and weight decay ω on batches B of fresh samples,
 * no sample seen twice:
 *
 * <pre>
 *   g = ∇_w mean over B of cross-entropy(w) + ω w      (ω only for convolution and linear weights)
 *   v ← μ v + g
 *   w ← w − η_t v</pre>
 *
 * The learning rate η_t rises linearly over the warm-up steps and falls by half a cosine to 0
 * ({@link org.zoopress.datasets.training.TrainingPlan#learningRate}). Batch normalisation collects
 * its running statistics with weight 0.1 for the newest batch. One thread and fixed seeds: the same
 * machine gives the same bytes; another processor may round elsewhere and then differs.
 */
package org.zoopress.datasets.training;
