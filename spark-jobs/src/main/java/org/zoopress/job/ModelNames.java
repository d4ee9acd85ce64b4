package org.zoopress.job;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.zoopress.archive.Row;
import org.zoopress.error.UserInputException;
import org.zoopress.io.FileStamp;
import org.zoopress.zoo.ModelFormat;
import org.zoopress.zoo.ModelReaders;

/** What models are called, and which one a user means among the rows of a run. */
final class ModelNames {
  private ModelNames() {}

  /**
   * The name of each model file by its path: the path without extension; where another file would
   * have the same, such as another format of one network, the whole path. Follows from the listing
   * alone, so that a name does not change with what of the zoo is read anew.
   */
  static Map<String, String> assign(Collection<FileStamp> listing) {
    List<String> paths =
        listing.stream()
            .map(FileStamp::path)
            .filter(path -> ModelReaders.formatOf(path).isPresent())
            .toList();
    Set<String> taken = new HashSet<>(paths);
    Map<String, Integer> count = new HashMap<>();
    paths.forEach(path -> count.merge(ModelReaders.nameOf(path), 1, Integer::sum));
    Map<String, String> names = new HashMap<>();
    for (String path : paths) {
      String name = ModelReaders.nameOf(path);
      names.put(path, count.get(name) == 1 && !taken.contains(name) ? name : path);
    }
    return names;
  }

  /**
   * The model of this name; a name with its extension, or without one where several formats share
   * it, is understood too: then the wanted format decides, else safetensors before ONNX before
   * checkpoints.
   *
   * @throws UserInputException if there is no such model, or it failed
   */
  static Row find(List<Row> models, String name, Optional<ModelFormat> wanted, String runId) {
    Row found =
        exact(models, name)
            .or(() -> sameBase(models, name, wanted))
            .orElseThrow(
                () ->
                    new UserInputException(
                        "Cannot find model '%s' in run %s: %s. `zoopress query \"SELECT model FROM models\"` lists all."
                            .formatted(name, runId, known(models))));
    if (!"ok".equals(found.string("status"))) {
      throw new UserInputException(
          "Cannot restore model '%s': it %s in run %s: %s"
              .formatted(
                  name,
                  found.string("status").equals("failed") ? "failed" : "was skipped",
                  runId,
                  found.string("error_message")));
    }
    return found;
  }

  /** Whether {@link #find} would find a model, be it one that failed. */
  static boolean isKnown(List<Row> models, String name) {
    return exact(models, name).or(() -> sameBase(models, name, Optional.empty())).isPresent();
  }

  private static Optional<Row> exact(List<Row> models, String name) {
    return models.stream().filter(row -> row.string("model").equals(name)).findFirst();
  }

  private static Optional<Row> sameBase(
      List<Row> models, String name, Optional<ModelFormat> wanted) {
    boolean hasExtension = ModelReaders.formatOf(name).isPresent();
    String base = hasExtension ? ModelReaders.nameOf(name) : name;
    return models.stream()
        .filter(row -> "ok".equals(row.string("status")))
        .filter(
            row -> {
              String model = row.string("model");
              return hasExtension
                  ? model.equals(base)
                      && ModelReaders.formatOf(name).equals(Optional.of(format(row)))
                  : ModelReaders.formatOf(model).isPresent()
                      && ModelReaders.nameOf(model).equals(base);
            })
        .min(
            Comparator.<Row>comparingInt(row -> wanted.equals(Optional.of(format(row))) ? 0 : 1)
                .thenComparingInt(row -> format(row).code()));
  }

  static ModelFormat format(Row model) {
    return ModelFormat.valueOf(model.string("format").toUpperCase(java.util.Locale.ROOT));
  }

  private static String known(List<Row> models) {
    List<String> names =
        models.stream()
            .filter(row -> "ok".equals(row.string("status")))
            .map(row -> row.string("model"))
            .toList();
    return names.size() <= 10
        ? "its models are " + names
        : "it has %d models, among them %s".formatted(names.size(), names.subList(0, 10));
  }
}
