package org.zoopress.zoo;

import org.zoopress.tensor.DType;

/**
 * A storage that a checkpoint's pickle refers to; its bytes lie elsewhere in the file.
 *
 * @param key of the storage in the file
 * @param dtype element type, null for storages of plain bytes
 * @param start first element of the part that is meant (views in old files), in elements
 * @param elements elements of that part; bytes if the dtype is null
 * @param rootElements elements of the whole storage
 */
record TorchStorage(String key, DType dtype, long start, long elements, long rootElements) {}
