/**
 * Orthogonal transforms of the positions of a convolution's kernel, one for all layers and models.
 *
 * <p>Model: a kernel w of n = kh·kw positions is written as w = Bᵀ y with the rows of B (n×n,
 * orthogonal) as basis. B is the Karhunen–Loève transform of the zoo: the eigenvectors of
 *
 * <pre>  C = Σ over models m  Σ over tensors t of m   (kernels of t / kernels of m) · C_t,
 *   C_t = mean over the kernels of t of w wᵀ, divided by the mean square of the weights of t
 * </pre>
 *
 * in descending order of their eigenvalues: each model has an equal share however large it is, and
 * each layer one in proportion to its kernels however large its weights are. Errors of coefficients
 * and of weights are equal, so one quantization step serves all frequencies.
 *
 * <p>Size: n(n−1)/2 bytes: B is stored as Givens rotations with angles of 8 bits, so that it is
 * orthogonal whatever the bytes say. A finer angle changes the eigenvalues' products by less than
 * the bytes it costs: any orthogonal matrix is a valid transform, and a rotation that is off by ε
 * costs ε² of the gain.
 *
 * <p>Computing is plain double arithmetic in a fixed order and {@code StrictMath}: every machine
 * finds, stores and applies the same B.
 *
 * <p>Not done here: transforms across channels, transforms for one layer (they cost more than they
 * gain on networks of CIFAR size).
 */
package org.zoopress.method.transform;
