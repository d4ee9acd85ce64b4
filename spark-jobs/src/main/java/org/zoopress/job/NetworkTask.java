package org.zoopress.job;

import java.io.IOException;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zoopress.allocate.Candidate;
import org.zoopress.allocate.UnitSolver;
import org.zoopress.archive.ParquetRows;
import org.zoopress.config.Settings;
import org.zoopress.datafree.NetworkCandidate;
import org.zoopress.datafree.NetworkGoal;
import org.zoopress.datafree.NetworkSolution;
import org.zoopress.error.BadModelException;
import org.zoopress.error.UserInputException;
import org.zoopress.io.HadoopModelFolder;
import org.zoopress.io.NetworkFigures;
import org.zoopress.io.NetworkFile;
import org.zoopress.io.PartitionReader;
import org.zoopress.io.SolvedNetwork;
import org.zoopress.io.SolvedUnit.Solution;
import org.zoopress.io.TensorRef;
import org.zoopress.method.MethodId;
import org.zoopress.method.SharedFactors;
import org.zoopress.payload.Payload;
import org.zoopress.tensor.WeightPartition;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.TensorEntry;
import org.zoopress.zoo.TensorKey;

/**
 * One network to compress as a whole. Its candidates go to one staged file, from which another
 * attempt takes them.
 *
 * @param key names all that the candidates depend on
 * @param model name of the model
 * @param tensorKeys content keys of its tensors
 * @param kept names of tensors that must stay as they are
 * @param samples taken as probes; null to make them
 * @param goalBytes of the payload at most, or {@link #ANY_BYTES}
 * @param neighbours see {@link NetworkGoal}
 */
record NetworkTask(
    String key,
    String model,
    ModelHeader header,
    List<String> tensorKeys,
    Set<String> kept,
    InputSamples.Reference samples,
    long goalBytes,
    int neighbours)
    implements Serializable {
  /** No bound of bytes. */
  static final long ANY_BYTES = -1;

  private static final Logger LOG = LoggerFactory.getLogger(NetworkTask.class);

  /**
   * Folders.
   *
   * @param solved of the staged candidates
   * @param probes of probes and sensitivities
   */
  record Place(String zoo, String solved, String probes) implements Serializable {}

  /** Bytes of floating-point tensors. */
  static long weightBytes(ModelHeader header) {
    return header.tensors().stream()
        .filter(tensor -> tensor.dtype().compressible())
        .mapToLong(TensorEntry::bytes)
        .sum();
  }

  /** Bytes of the network's weights. */
  long bytes() {
    return weightBytes(header);
  }

  /**
   * Compresses the network, or finds what an earlier attempt made of it.
   *
   * @param lines hears how far it is
   */
  SolvedNetwork run(
      Configuration conf,
      Place place,
      Settings settings,
      NetworkMethod method,
      Consumer<String> lines)
      throws IOException {
    Path folder = new Path(place.solved());
    FileSystem fs = ParquetRows.fileSystem(conf, folder);
    Optional<SolvedNetwork> earlier = NetworkFile.read(fs, folder, key);
    if (earlier.isPresent()) {
      return earlier.get();
    }
    List<NetworkFile.Content> contents;
    NetworkSolution solution;
    double begin = cpuSeconds();
    try {
      HadoopModelFolder zoo = new HadoopModelFolder(conf, new Path(place.zoo()));
      Path probes = new Path(place.probes());
      solution =
          method.solve(
              new NetworkMethod.Work(
                  zoo,
                  header,
                  kept,
                  settings,
                  goal(),
                  samples == null ? Optional.empty() : Optional.of(samples.open(conf)),
                  new ProbeFolder(fs, probes),
                  new NetworkLines(model, lines)));
      if (samples != null && !solution.candidates().get(0).probes().startsWith("samples")) {
        lines.accept(
            "%s: its probes are made, since inputs.data is not of its input's shape"
                .formatted(model));
      }
      contents = contents(conf, place.zoo(), settings, solution, cpuSeconds() - begin);
    } catch (IOException
        | RuntimeException
        | LinkageError
        | StackOverflowError
        | OutOfMemoryError e) {
      if (TaskContext.get() != null && TaskContext.get().isInterrupted()) {
        throw new IOException("the task was cancelled", e);
      }
      Failures.rethrowIfWorthAnotherAttempt(e);
      LOG.warn("{} cannot be compressed as a whole", model, e);
      return SolvedNetwork.refused(key, Failures.message(e));
    }
    // Not in the try: a full staging folder is no fault of the model.
    return NetworkFile.write(fs, folder, key, solution.members(), contents);
  }

  private static double cpuSeconds() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() * 1e-9;
  }

  private NetworkGoal goal() {
    return new NetworkGoal(
        goalBytes == ANY_BYTES ? OptionalLong.empty() : OptionalLong.of(goalBytes), neighbours);
  }

  private List<NetworkFile.Content> contents(
      Configuration conf, String zoo, Settings settings, NetworkSolution solution, double seconds)
      throws IOException {
    List<WeightPartition> members = members(conf, zoo, solution.members());
    List<NetworkFile.Content> contents = new ArrayList<>();
    contents.add(lossless(settings, members, solution));
    long least = Long.MAX_VALUE;
    // What all candidates have in common, as probes, is shared evenly.
    double own = solution.candidates().stream().mapToDouble(NetworkCandidate::seconds).sum();
    double common = Math.max(0, seconds - own) / solution.candidates().size();
    for (NetworkCandidate candidate : solution.candidates()) {
      String[] keys = restoredKeys(candidate, members);
      contents.add(content(candidate, solution.members(), keys, common));
      least = Math.min(least, candidate.payload().length);
    }
    if (goalBytes != ANY_BYTES && least > goalBytes) {
      throw new UserInputException(
          "the target leaves it %d bytes, and the least it can do with is %d"
              .formatted(goalBytes, least));
    }
    return contents;
  }

  private List<WeightPartition> members(Configuration conf, String zoo, List<String> names)
      throws IOException {
    Map<String, Integer> positions = new HashMap<>();
    for (int t = 0; t < header.tensors().size(); t++) {
      positions.put(header.tensors().get(t).name(), t);
    }
    List<WeightPartition> members = new ArrayList<>();
    try (PartitionReader reader = new PartitionReader(conf, zoo)) {
      for (String name : names) {
        int position = positions.get(name);
        TensorEntry entry = header.tensors().get(position);
        String file = header.files().get(entry.file()).path();
        WeightPartition member =
            reader.readWhole(new TensorRef(model, position, file, entry), tensorKeys.get(position));
        for (float value : member.values()) {
          if (!Float.isFinite(value)) {
            throw new BadModelException(
                file, name, "a value of it is not finite", "Compress its tensors one by one");
          }
        }
        members.add(member);
      }
    }
    return members;
  }

  /** What the network falls back to, and what nothing larger than is stored. */
  private NetworkFile.Content lossless(
      Settings settings, List<WeightPartition> members, NetworkSolution solution) {
    Candidate exact = new UnitSolver(settings).solve(members, true, model).get(0);
    if (exact.status() != Candidate.Status.OK) {
      throw new IllegalStateException("not even lossless coding succeeded: " + exact.reason());
    }
    boolean[] weights = weights(solution.candidates().get(0), solution.members());
    NetworkFigures figures =
        new NetworkFigures(
            0, 1, "", "", exact.seconds(), weights, new NetworkFigures.Layer[weights.length]);
    return new NetworkFile.Content(
        new Solution(
            exact.method(),
            exact.operatingPoint(),
            "ok",
            "",
            "",
            0,
            0,
            exact.squaredErrors(),
            exact.squaredNorms(),
            exact.restoredKeys(),
            List.of(),
            exact.paperBytes(),
            exact.seconds(),
            figures),
        exact.payload());
  }

  private static boolean[] weights(NetworkCandidate candidate, List<String> members) {
    boolean[] weights = new boolean[members.size()];
    for (NetworkCandidate.LayerRow layer : candidate.layers()) {
      weights[member(layer, members)] = true;
    }
    return weights;
  }

  private static int member(NetworkCandidate.LayerRow layer, List<String> members) {
    int member = members.indexOf(layer.weight());
    if (member < 0) {
      throw new IllegalStateException("a layer of %s is no member".formatted(layer.weight()));
    }
    return member;
  }

  private static NetworkFile.Content content(
      NetworkCandidate candidate, List<String> members, String[] restoredKeys, double common) {
    NetworkFigures.Layer[] layers = new NetworkFigures.Layer[members.size()];
    for (NetworkCandidate.LayerRow row : candidate.layers()) {
      layers[member(row, members)] = NetworkFigures.Layer.of(row);
    }
    return new NetworkFile.Content(
        new Solution(
            MethodId.SECOND_ORDER.label(),
            candidate.operatingPoint(),
            "ok",
            "",
            "",
            0,
            0,
            candidate.squaredErrors(),
            candidate.squaredNorms(),
            restoredKeys,
            List.of(),
            -1,
            candidate.seconds() + common,
            new NetworkFigures(
                candidate.divergence(),
                candidate.agreement(),
                candidate.normalization(),
                candidate.probes(),
                candidate.seconds() + common,
                weights(candidate, members),
                layers)),
        candidate.payload());
  }

  /**
   * Hashes of the members as restored, as {@code verify} compares them.
   *
   * @throws IllegalStateException if the payload does not restore what was recorded of it
   */
  private static String[] restoredKeys(NetworkCandidate candidate, List<WeightPartition> members) {
    byte[] bytes = candidate.payload();
    Payload payload = Payload.decode(bytes, 0, bytes.length, SharedFactors.none());
    String[] keys = new String[members.size()];
    for (int m = 0; m < keys.length; m++) {
      WeightPartition member = members.get(m);
      Payload.Member wanted = new Payload.Member(member.dtype(), member.shape());
      byte[] restored = payload.restore(m);
      keys[m] = UnitSolver.restoredKey(restored);
      if (payload.members().size() != keys.length
          || !payload.members().get(m).equals(wanted)
          || !TensorKey.of(wanted.dtype(), wanted.shape(), restored)
              .equals(candidate.restoredKeys().get(m))) {
        throw new IllegalStateException(
            "member %d of the payload at %s is not what was recorded"
                .formatted(m, candidate.operatingPoint()));
      }
    }
    return keys;
  }
}
