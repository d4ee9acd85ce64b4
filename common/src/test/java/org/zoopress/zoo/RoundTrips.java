package org.zoopress.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What tests of several formats do with a model. */
final class RoundTrips {
  private RoundTrips() {}

  /** Content keys of a model's tensors by name. */
  static Map<String, String> keys(ModelFolder folder, String path) throws IOException {
    ModelHeader header = ModelReaders.readHeader(folder, path, ReaderLimits.DEFAULT);
    Map<String, String> keys = new TreeMap<>();
    for (TensorEntry entry : header.tensors()) {
      try (ByteSource file = folder.open(header.files().get(entry.file()).path())) {
        keys.put(entry.name(), TensorKey.of(file, entry));
      }
    }
    return keys;
  }

  /** Supplies a model's own values, by name, whatever places the entries asked for have. */
  static TensorBytes from(ModelFolder folder, ModelHeader header) {
    Map<String, TensorEntry> byName =
        header.tensors().stream().collect(Collectors.toMap(TensorEntry::name, Function.identity()));
    return (tensor, out) -> {
      TensorEntry entry = byName.get(tensor.name());
      try (ByteSource file = folder.open(header.files().get(entry.file()).path())) {
        TensorReader.copy(file, entry, out);
      }
    };
  }

  /** Read, skeleton, encode, decode, restore: every file must come back byte for byte. */
  static ModelHeader assertRestores(MemoryFolder folder, String path) throws IOException {
    ModelHeader header = ModelReaders.readHeader(folder, path, ReaderLimits.DEFAULT);
    byte[] stored = ModelSkeleton.read(folder, header).encode();
    ModelSkeleton skeleton = ModelSkeleton.decode(stored);
    assertThat(skeleton.header()).isEqualTo(header);
    assertThat(skeleton.encode()).isEqualTo(stored);
    MemoryFolder restored = new MemoryFolder();
    ModelWriter.restoreSource(skeleton, from(folder, header), restored);
    assertThat(restored.files).hasSameSizeAs(header.files());
    restored.files.forEach((p, bytes) -> assertThat(bytes).as(p).isEqualTo(folder.files.get(p)));
    return header;
  }
}
