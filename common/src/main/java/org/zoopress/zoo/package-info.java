/**
 * Model files: reading headers and tensors, and writing models back.
 *
 * <pre>
 *   ModelFolder, path → ModelReaders.readHeader → ModelHeader: names, dtypes, shapes, byte ranges
 *   ByteSource, TensorEntry → TensorReader → elements, packed, row-major, little-endian
 *                           → TensorKey    → SHA-256 of the content, equal over all formats
 *   ModelHeader → ModelSkeleton → bytes: all of a model but its tensors
 *   ModelSkeleton, TensorBytes → ModelWriter → the original files, or safetensors </pre>
 *
 * <p>Files are foreign: every length, offset and name is checked before memory is taken or another
 * file is opened ({@link org.zoopress.zoo.ReaderLimits}, {@link org.zoopress.zoo.ZooPaths}), no
 * code of a checkpoint runs, and what is wrong is said in one {@link
 * org.zoopress.error.BadModelException}. A reader of headers never reads a weight, so a model of
 * many gigabytes costs a few small reads.
 */
package org.zoopress.zoo;
