package org.zoopress.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zoopress.allocate.MethodParameters;
import org.zoopress.archive.ArchivePaths;
import org.zoopress.archive.Digests;
import org.zoopress.archive.Row;
import org.zoopress.config.CodebookGrouping;
import org.zoopress.config.Keys;
import org.zoopress.config.Settings;
import org.zoopress.config.SharingMode;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedId;
import org.zoopress.method.SharedObject;
import org.zoopress.method.additive.AdditiveParams;
import org.zoopress.method.additive.CodeShape;
import org.zoopress.method.additive.MomentSums;
import org.zoopress.method.additive.SharedCodebooks;
import org.zoopress.method.additive.SharedShape;
import org.zoopress.method.additive.SharedTraining;
import org.zoopress.method.additive.TrainingParams;
import org.zoopress.method.additive.TrainingVectors;

/**
 * Codebooks of additive quantization over all layers of all models, or over groups of layers, in
 * the shapes that the settings ask for.
 */
final class CodebookLearner implements SharedLearner {
  private static final Logger LOG = LoggerFactory.getLogger(CodebookLearner.class);
  private static final String KIND = "codebooks";

  /** Fewer tensors share nothing: one has its own codebooks for as many bytes. */
  private static final int FEWEST_TENSORS = 2;

  /**
   * As an earlier attempt of the run found it.
   *
   * @param groups see {@link LayerGroups#assign}
   */
  private record Assigned(List<Integer> groups) {}

  /**
   * Codebooks as an earlier attempt of the run left them in staging.
   *
   * @param content see {@link SharedObject#content}
   */
  private record Staged(
      byte[] content, long sampled, double relativeError, List<DistributedTraining.Turn> turns) {}

  @Override
  public List<SharedOffer> offers(Inputs inputs) throws IOException {
    Map<Integer, List<SharedShape>> byDimension = new TreeMap<>();
    for (SharedShape shape : inputs.run().settings().get(Keys.ADDITIVE_SHARED_SHAPES)) {
      byDimension.computeIfAbsent(shape.codes().dimension(), d -> new ArrayList<>()).add(shape);
    }
    Map<SharedId, SharedOffer> offers = new LinkedHashMap<>(); // two shapes may find the same
    for (Map.Entry<Integer, List<SharedShape>> shapes : byDimension.entrySet()) {
      int dimension = shapes.getKey();
      List<Part> parts =
          inputs.parts().stream()
              .filter(part -> TrainingVectors.fits(part.member().shape(), dimension))
              .toList();
      if (!parts.isEmpty()) {
        try (Layers layers = new Layers(inputs, dimension, parts)) {
          for (SharedShape shape : shapes.getValue()) {
            layers.offers(shape).forEach(offer -> offers.putIfAbsent(offer.object().id(), offer));
          }
        }
      }
    }
    return List.copyOf(offers.values());
  }

  /** Everything that can be cut into vectors of d weights. */
  private static final class Layers implements AutoCloseable {
    private final Inputs inputs;
    private final AdditiveParams params;
    private final int dimension;
    private final List<Part> parts;
    private final VectorSample sample;
    private final SampledBlocks blocks;
    private Optional<Map<Integer, MomentSums>> moments = Optional.empty();

    Layers(Inputs inputs, int dimension, List<Part> parts) {
      Settings settings = inputs.run().settings();
      this.inputs = inputs;
      this.params = MethodParameters.additive(settings);
      this.dimension = dimension;
      this.parts = parts;
      this.sample = VectorSample.of(parts, dimension, settings.get(Keys.ADDITIVE_SAMPLE_VECTORS));
      this.blocks = new SampledBlocks(inputs.run(), sample, params.scale());
    }

    List<SharedOffer> offers(SharedShape wanted) throws IOException {
      List<Row> stored = stored(wanted);
      CodebookGrouping grouping = inputs.run().settings().get(Keys.ADDITIVE_GROUPS);
      if (grouping == CodebookGrouping.AUTO && mode() == SharingMode.REUSE && !stored.isEmpty()) {
        // The archive's groups are what auto made of them; the layers need not be looked at.
        return newestOfGroups(stored).values().stream().map(this::reused).toList();
      }
      List<SharedOffer> offers = new ArrayList<>();
      for (LayerGroups.Group group : groups(grouping, wanted)) {
        Optional<Row> old = Optional.ofNullable(newestOfGroups(stored).get(group.name()));
        if (old.isPresent() && mode() == SharingMode.REUSE) {
          offers.add(reused(old.get()));
        } else {
          new Group(this, group).offer(wanted, old).ifPresent(offers::add);
        }
      }
      return offers;
    }

    private SharingMode mode() {
      return inputs.run().settings().get(Keys.ADDITIVE_SHARING);
    }

    /** Most codewords first, so that one shape does not take what is there for another. */
    private List<Row> stored(SharedShape wanted) {
      if (mode() == SharingMode.FRESH) {
        return List.of();
      }
      int most = mostCodewords(wanted);
      List<Row> rows =
          inputs
              .archive()
              .matching(
                  row ->
                      KIND.equals(row.string("kind"))
                          && row.int32("codebooks") == wanted.codes().codebooks()
                          && row.int32("dimension") == dimension
                          && row.int32("codewords") <= most);
      return rows.stream()
          .sorted(Comparator.comparing((Row row) -> row.int32("codewords")).reversed())
          .toList();
    }

    private static Map<String, Row> newestOfGroups(List<Row> stored) {
      Map<String, Row> newest = new LinkedHashMap<>();
      stored.forEach(row -> newest.putIfAbsent(row.string("codebook_group"), row));
      return newest;
    }

    private SharedOffer reused(Row stored) {
      return new SharedOffer(inputs.archive().object(stored), stored, List.of());
    }

    private int mostCodewords(SharedShape wanted) {
      return Math.min(wanted.codes().codewords(), params.codewords());
    }

    private List<LayerGroups.Group> groups(CodebookGrouping grouping, SharedShape wanted)
        throws IOException {
      return switch (grouping) {
        case ONE -> List.of(LayerGroups.one(parts));
        case KERNEL -> LayerGroups.byKernel(parts);
        case AUTO -> found(wanted);
      };
    }

    private List<LayerGroups.Group> found(SharedShape wanted) throws IOException {
      LayerGroups layers = LayerGroups.of(parts);
      int words =
          TrainingVectors.codewords(
              VectorSample.vectors(parts, dimension),
              dimension,
              params.withCodewords(mostCodewords(wanted)));
      if (layers.items() < 2 || words == 0) {
        return List.of(LayerGroups.one(parts));
      }
      CodeShape codes = new CodeShape(wanted.codes().codebooks(), words, dimension);
      SharedShape shape = new SharedShape(codes, wanted.lambda());
      List<String> texts = dependencies(inputs, sample, shape);
      StagedJson<Assigned> file =
          new StagedJson<>(
              inputs.fs(),
              new Path(inputs.run().groups(), Digests.sha256(texts) + ".json"),
              Assigned.class);
      Optional<Assigned> before = file.read();
      Assigned assigned =
          before.isPresent() ? before.get() : new Assigned(layers.assign(moments(layers), shape));
      if (before.isEmpty()) {
        file.write(assigned);
      }
      List<LayerGroups.Group> groups = layers.groups(assigned.groups());
      if (groups.size() > 1) {
        inputs
            .run()
            .progress()
            .message(
                "codebooks M=%d K=%d d=%d: groups %s"
                    .formatted(
                        codes.codebooks(),
                        words,
                        dimension,
                        String.join(", ", groups.stream().map(LayerGroups.Group::name).toList())));
      }
      return groups;
    }

    private Map<Integer, MomentSums> moments(LayerGroups layers) {
      if (moments.isEmpty()) {
        inputs.run().progress().stage("looking for groups of layers, d=" + dimension, 0);
        moments = Optional.of(blocks.moments(layers::item));
      }
      return moments.get();
    }

    @Override
    public void close() {
      blocks.close();
    }
  }

  /** What all that is trained on a sample depends on. */
  private static List<String> dependencies(Inputs inputs, VectorSample sample, SharedShape shape) {
    List<String> texts = new ArrayList<>();
    texts.add("code " + UnitPlanner.CODE_VERSION);
    texts.add(inputs.run().settings().solvingFingerprint());
    texts.add(shape.codes().toString());
    texts.add(Double.toString(shape.lambda()));
    for (VectorSample.Chosen part : sample.chosen()) {
      texts.add(part.member().partKey());
      texts.add(Integer.toString(part.count()));
    }
    return texts;
  }

  /** Weights that share. */
  private static final class Group {
    private final Inputs inputs;
    private final AdditiveParams params;
    private final int dimension;
    private final Layers layers;
    private final String name;
    private final long vectors;
    private final long tensors;
    private final VectorSample sample;

    Group(Layers layers, LayerGroups.Group group) {
      this.inputs = layers.inputs;
      this.params = layers.params;
      this.dimension = layers.dimension;
      this.layers = layers;
      this.name = group.name();
      this.vectors = VectorSample.vectors(group.parts(), dimension);
      Set<String> keys =
          group.parts().stream()
              .map(part -> part.member().tensorKey())
              .collect(Collectors.toUnmodifiableSet());
      this.tensors = keys.size();
      this.sample = layers.sample.only(member -> keys.contains(member.tensorKey()));
    }

    /**
     * Trained codebooks.
     *
     * @param old of the archive, to go on from
     */
    Optional<SharedOffer> offer(SharedShape wanted, Optional<Row> old) throws IOException {
      int books = wanted.codes().codebooks();
      if (old.isPresent()) {
        return trained(
            new CodeShape(books, old.get().int32("codewords"), dimension),
            wanted.lambda(),
            Optional.of(inputs.archive().object(old.get())));
      }
      int words =
          TrainingVectors.codewords(
              vectors, dimension, params.withCodewords(layers.mostCodewords(wanted)));
      return words == 0 || tensors < FEWEST_TENSORS
          ? Optional.empty()
          : trained(new CodeShape(books, words, dimension), wanted.lambda(), Optional.empty());
    }

    private Optional<SharedOffer> trained(
        CodeShape shape, double lambda, Optional<SharedObject> parent) throws IOException {
      String label =
          "codebooks M=%d K=%d d=%d%s"
              .formatted(
                  shape.codebooks(),
                  shape.codewords(),
                  dimension,
                  name.equals(LayerGroups.ALL) ? "" : " of " + name);
      StagedJson<Staged> file =
          new StagedJson<>(
              inputs.fs(),
              new Path(inputs.run().shared(), key(shape, lambda, parent) + ".json"),
              Staged.class);
      Optional<Staged> staged = file.read();
      if (staged.isEmpty()) {
        staged = train(label, shape, lambda, parent);
        if (staged.isPresent()) {
          file.write(staged.get());
        }
      } else {
        inputs.run().progress().message("%s: trained before".formatted(label));
      }
      return staged.map(this::offer);
    }

    private Optional<Staged> train(
        String label, CodeShape shape, double lambda, Optional<SharedObject> parent) {
      RunContext run = inputs.run();
      TrainingParams all = params.training().withLambda(lambda);
      TrainingParams turns =
          // From good codebooks noise would only lead away.
          parent.isPresent() ? all.withRelaxation(0) : all;
      run.progress().stage("training " + label, turns.iterations() + 1L);
      DistributedTraining training =
          new DistributedTraining(
              new SharedTraining(shape, turns, run.settings().get(Keys.SEED)),
              sample.vectors(),
              vectors,
              params.factorTypes().get(0), // of many vectors, integers: an error is always left
              parent);
      Consumer<DistributedTraining.Turn> progress =
          turn -> {
            LOG.info(
                "{}: turn {}, {} vectors, relative error {}",
                label,
                turn.iteration(),
                turn.vectors(),
                turn.relativeError());
            run.progress().advance(1);
            if (turn.iteration() == 0) {
              run.progress()
                  .message(
                      "%s: training on %d of %d vectors of %d tensors"
                          .formatted(label, turn.vectors(), vectors, tensors));
            }
          };
      Optional<DistributedTraining.Trained> trained =
          training.run(run.spark(), layers.blocks.of(sample), progress);
      trained.ifPresent(
          result ->
              run.progress()
                  .message(
                      "%s: relative error %.4f, at the start %.4f"
                          .formatted(
                              label,
                              result.relativeError(),
                              result.turns().get(0).relativeError())));
      return trained.map(
          result ->
              new Staged(
                  result.object().content(),
                  result.turns().get(0).vectors(),
                  result.relativeError(),
                  result.turns()));
    }

    /** Hash of all that the codebooks depend on. */
    private String key(CodeShape shape, double lambda, Optional<SharedObject> parent) {
      List<String> texts = dependencies(inputs, sample, new SharedShape(shape, lambda));
      texts.add(parent.map(SharedObject::id).map(SharedId::toString).orElse(""));
      return Digests.sha256(texts);
    }

    private SharedOffer offer(Staged staged) {
      SharedObject object = SharedObject.of(staged.content());
      SharedId id = object.id();
      SharedCodebooks codebooks = SharedCodebooks.find(SharedFactors.of(List.of(object)), id);
      CodeShape shape = codebooks.codebooks().shape();
      Row facts =
          new Row()
              .set("codebook_id", id.toString())
              .set("path", ArchivePaths.relative(object))
              .set("kind", KIND)
              .set("codebook_group", name)
              .set("version", codebooks.version())
              .set("parent_id", codebooks.parent().map(SharedId::toString).orElse(null))
              .set("codebooks", shape.codebooks())
              .set("codewords", shape.codewords())
              .set("dimension", shape.dimension())
              .set("stored_bytes", (long) staged.content().length)
              .set("tensors", tensors)
              .set("vectors", vectors)
              .set("sample_vectors", staged.sampled())
              .set("relative_error", staged.relativeError())
              .set("origin_run_id", inputs.runId());
      List<Row> training = new ArrayList<>();
      for (DistributedTraining.Turn turn : staged.turns()) {
        training.add(
            new Row()
                .set("codebook_id", id.toString())
                .set("iteration", turn.iteration())
                .set("vectors", turn.vectors())
                .set("relative_error", turn.relativeError())
                .set("seconds", turn.seconds())
                .set("reduced_bytes", turn.reducedBytes()));
      }
      return new SharedOffer(object, facts, training);
    }
  }
}
