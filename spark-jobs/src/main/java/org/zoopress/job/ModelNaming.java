package org.zoopress.job;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.zoopress.io.FileStamp;
import org.zoopress.zoo.ModelReaders;

/**
 * Names of the models of a zoo: the path without extension, or with it where two files share the
 * rest, as two formats of one network do. Counts all files that could be models, so that a name
 * does not depend on which of them changed since the last run.
 */
final class ModelNaming {
  private final Map<String, Integer> sameName = new HashMap<>();

  ModelNaming(List<FileStamp> files) {
    for (FileStamp file : files) {
      if (ModelReaders.formatOf(file.path()).isPresent()) {
        sameName.merge(ModelReaders.nameOf(file.path()), 1, Integer::sum);
      }
    }
  }

  /** The name of the model with this main file. */
  String name(String path) {
    String name = ModelReaders.nameOf(path);
    return sameName.getOrDefault(name, 0) > 1 ? path : name;
  }
}
