package org.zoopress.zoo;

import org.zoopress.tensor.DType;

/**
 * A tensor as a checkpoint's pickle describes it; nothing is checked against the storage yet.
 *
 * @param offset of its first element in the storage, in elements of its dtype
 * @param strides elements from one index of a mode to the next
 */
record TorchTensor(TorchStorage storage, DType dtype, long offset, long[] dims, long[] strides) {}
