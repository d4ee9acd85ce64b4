package org.zoopress.zoo;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * All that is known of a model without reading its weights.
 *
 * @param name path in the zoo without extension; unique in a zoo
 * @param files the files the tensors lie in, paths relative to the zoo, the main file first
 * @param tensors in file order; two entries may share bytes (tied weights)
 * @param metadata the format's own key-value metadata, as found
 * @param notes remarks for the user: parts that are passed through untouched and why
 */
public record ModelHeader(
    String name,
    ModelFormat format,
    List<SourceFile> files,
    List<TensorEntry> tensors,
    Map<String, String> metadata,
    List<String> notes)
    implements Serializable {

  /** A file of a model. */
  public record SourceFile(String path, long length) implements Serializable {}

  /** Bytes of all files. */
  public long bytes() {
    return files.stream().mapToLong(SourceFile::length).sum();
  }
}
