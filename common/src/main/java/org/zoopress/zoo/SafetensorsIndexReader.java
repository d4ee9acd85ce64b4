package org.zoopress.zoo;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.zoopress.zoo.ModelHeader.SourceFile;

/**
 * Model in safetensors shards: {@code {"metadata": {…}, "weight_map": {tensor: shard, …}}}. The
 * shards lie beside the index or below it; map and shards must list the same tensors.
 */
final class SafetensorsIndexReader {
  private final ModelFolder folder;
  private final String path;
  private final ReaderLimits limits;
  private final TensorChecks checks;
  private final Map<String, String> shardOfTensor = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private SafetensorsIndexReader(ModelFolder folder, String path, ReaderLimits limits) {
    this.folder = folder;
    this.path = path;
    this.limits = limits;
    this.checks = new TensorChecks(path, limits);
  }

  static ModelHeader read(ModelFolder folder, String path, ReaderLimits limits) throws IOException {
    return new SafetensorsIndexReader(folder, path, limits).readModel();
  }

  /** Paths in the zoo of the shards, in order of their first tensor; reads the index alone. */
  static Set<String> shardPaths(ModelFolder folder, String path, ReaderLimits limits)
      throws IOException {
    SafetensorsIndexReader reader = new SafetensorsIndexReader(folder, path, limits);
    reader.readIndex();
    return reader.shards();
  }

  private ModelHeader readModel() throws IOException {
    long headerBytes = readIndex();
    List<SourceFile> files = new ArrayList<>(List.of(new SourceFile(path, headerBytes)));
    List<TensorEntry> tensors = new ArrayList<>();
    Set<String> found = new HashSet<>();
    for (String shard : shards()) {
      try (ByteSource source = folder.open(shard)) {
        SafetensorsReader.Contents contents = SafetensorsReader.read(source, files.size(), limits);
        headerBytes += contents.headerBytes();
        if (headerBytes > limits.maxHeaderBytes()) {
          throw checks.beyond(
              "the headers of its shards have more than %d bytes", limits.maxHeaderBytes());
        }
        files.add(new SourceFile(shard, source.length()));
        contents.metadata().forEach(metadata::putIfAbsent);
        for (TensorEntry tensor : contents.tensors()) {
          checkListed(tensor.name(), shard);
          found.add(tensor.name());
          tensors.add(tensor);
        }
      }
    }
    for (Map.Entry<String, String> listed : shardOfTensor.entrySet()) {
      if (!found.contains(listed.getKey())) {
        throw checks.badTensor(
            listed.getKey(),
            "the index puts it into %s, which has no such tensor",
            listed.getValue());
      }
    }
    return new ModelHeader(
        ModelReaders.nameOf(path), ModelFormat.SAFETENSORS, files, tensors, metadata, List.of());
  }

  private void checkListed(String tensor, String shard) {
    String listed = shardOfTensor.get(tensor);
    if (listed == null) {
      throw checks.badTensor(tensor, "%s has it, the index does not list it", shard);
    }
    if (!listed.equals(shard)) {
      throw checks.badTensor(tensor, "%s has it, the index puts it into %s", shard, listed);
    }
  }

  private Set<String> shards() {
    Set<String> shards = new LinkedHashSet<>(shardOfTensor.values());
    if (shards.size() > limits.maxFiles()) {
      throw checks.beyond(
          "it has %d shards, at most %d are allowed", shards.size(), limits.maxFiles());
    }
    return shards;
  }

  /** Fills the map; returns the length of the index file. */
  private long readIndex() throws IOException {
    byte[] json;
    try (ByteSource source = folder.open(path)) {
      FileSniffer.check(source);
      if (source.length() > limits.maxHeaderBytes()) {
        throw checks.beyond(
            "it has %d bytes, at most %d are allowed", source.length(), limits.maxHeaderBytes());
      }
      json = new byte[(int) source.length()];
      source.readFully(0, json, 0, json.length);
    }
    boolean mapped = false;
    try (JsonParser parser = StrictJson.parser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw checks.bad("it is not a JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        boolean object = parser.nextToken() == JsonToken.START_OBJECT;
        if (key.equals("weight_map") && object) {
          readWeightMap(parser);
          mapped = true;
        } else if (key.equals("metadata") && object) {
          readMetadata(parser);
        } else {
          parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw checks.bad("it goes on after the JSON object");
      }
    } catch (JsonProcessingException e) {
      throw checks.bad("it is not valid JSON: %s", e.getOriginalMessage());
    } catch (CharacterCodingException e) {
      throw checks.bad("it is not valid UTF-8");
    }
    if (!mapped) {
      throw checks.bad("it has no weight_map");
    }
    return json.length;
  }

  private void readWeightMap(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String tensor = checks.name(parser.currentName());
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw checks.badTensor(tensor, "its shard in the weight_map is not a text");
      }
      checks.count(shardOfTensor.size() + 1L);
      shardOfTensor.put(tensor, ZooPaths.sibling(path, parser.getText()));
    }
  }

  /** Scalars only: whatever is nested stays in the index file, which is kept as it is. */
  private void readMetadata(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      if (parser.nextToken().isScalarValue()) {
        metadata.put(key, parser.getText());
      } else {
        parser.skipChildren();
      }
    }
  }
}
