package org.zoopress.zoo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.zoopress.error.BadModelException;

/**
 * The tensors of a checkpoint by their full names, in the order of the dict.
 *
 * <p>Training scripts save more than the weights. If the outer dict has an entry {@code
 * state_dict}, {@code model_state_dict} or {@code model} with tensors in it, the first of these
 * names is the model; notes name what is left out. Dicts in dicts are joined by dots. The prefix
 * {@code module.} that data-parallel training puts before every name is taken away.
 *
 * @param tensors by name
 * @param notes what was left out or changed
 */
record StateDict(Map<String, TorchTensor> tensors, List<String> notes) {
  private static final List<String> MODEL_KEYS = List.of("state_dict", "model_state_dict", "model");
  private static final String PARALLEL_PREFIX = "module.";
  private static final int NAMES_IN_NOTE = 5;

  /** Finds the tensors in what the pickle described. */
  static StateDict of(Object root, TensorChecks checks, ReaderLimits limits) {
    if (!(root instanceof Map<?, ?> outer)) {
      throw new BadModelException(
          checks.path(), "it holds no dict of tensors", "Save the model's state_dict");
    }
    List<String> notes = new ArrayList<>();
    Flattening whole = new Flattening(checks, limits);
    for (String key : MODEL_KEYS) {
      if (outer.get(key) instanceof Map<?, ?> inner) {
        Flattening model = new Flattening(checks, limits);
        model.add("", inner, 1);
        if (!model.tensors.isEmpty()) {
          List<String> others =
              outer.keySet().stream().map(String::valueOf).filter(k -> !k.equals(key)).toList();
          note(notes, "only '" + key + "' is read, left out: ", others);
          return finish(model, notes);
        }
      }
    }
    whole.add("", outer, 1);
    if (whole.tensors.isEmpty()) {
      throw new BadModelException(
          checks.path(), "its dict has no tensors", "Save the model's state_dict");
    }
    return finish(whole, notes);
  }

  private static StateDict finish(Flattening flat, List<String> notes) {
    note(notes, "entries that are no tensors are left out: ", flat.others);
    Map<String, TorchTensor> tensors = flat.tensors;
    if (tensors.keySet().stream()
        .allMatch(n -> n.startsWith(PARALLEL_PREFIX) && n.length() > PARALLEL_PREFIX.length())) {
      Map<String, TorchTensor> stripped = new LinkedHashMap<>();
      tensors.forEach((n, t) -> stripped.put(n.substring(PARALLEL_PREFIX.length()), t));
      notes.add("the prefix 'module.' of all names is taken away");
      tensors = stripped;
    }
    return new StateDict(tensors, List.copyOf(notes));
  }

  private static void note(List<String> notes, String text, List<String> names) {
    if (!names.isEmpty()) {
      List<String> some = names.stream().limit(NAMES_IN_NOTE).map(TensorChecks::shown).toList();
      int more = names.size() - some.size();
      notes.add(text + String.join(", ", some) + (more > 0 ? " and " + more + " more" : ""));
    }
  }

  /** Collects the tensors of dicts in dicts. */
  private static final class Flattening {
    private final Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    private final List<String> others = new ArrayList<>();
    private final TensorChecks checks;
    private final ReaderLimits limits;
    private long visited;

    Flattening(TensorChecks checks, ReaderLimits limits) {
      this.checks = checks;
      this.limits = limits;
    }

    void add(String prefix, Map<?, ?> dict, int depth) {
      if (depth > limits.maxNesting()) {
        throw checks.beyond("its dicts are nested more than %d deep", limits.maxNesting());
      }
      for (Map.Entry<?, ?> item : dict.entrySet()) {
        // A few dicts that contain each other twice would be walked over 2^depth times.
        if (++visited > limits.maxPickleOpcodes()) {
          throw checks.beyond("its dicts have more than %d entries", limits.maxPickleOpcodes());
        }
        String name = checks.name(prefix + item.getKey());
        if (item.getValue() instanceof TorchTensor tensor) {
          if (tensors.put(name, tensor) != null) {
            throw checks.badTensor(name, "there are two tensors of this name");
          }
          checks.count(tensors.size());
        } else if (item.getValue() instanceof Map<?, ?> inner) {
          add(name + ".", inner, depth + 1);
        } else {
          others.add(name);
        }
      }
    }
  }
}
