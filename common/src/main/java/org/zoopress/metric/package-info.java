/**
 * The only place that counts error and accuracy, so that every table means the same by them.
 *
 * <p>Weights: squared error ‖W − Ŵ‖²_F of the values as restored; relative error ‖W − Ŵ‖² / ‖W‖²;
 * SQNR = −10 log₁₀ of it, in dB; bits per weight counts every byte a decoder needs. Networks: top-1
 * and top-5 of the labels, agreement of the predicted classes, and the Kullback–Leibler divergence
 * KL(P‖Q) = Σ_k P_k (ln P_k − ln Q_k) of the changed network's output Q from the original's P, in
 * nats. Shares carry Wilson's confidence interval.
 */
package org.zoopress.metric;
