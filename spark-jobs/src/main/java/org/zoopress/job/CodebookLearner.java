package org.zoopress.job;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zoopress.allocate.MethodParameters;
import org.zoopress.archive.ArchivePaths;
import org.zoopress.archive.Digests;
import org.zoopress.archive.Row;
import org.zoopress.config.Keys;
import org.zoopress.config.Settings;
import org.zoopress.config.SharingMode;
import org.zoopress.io.VectorBlock;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedId;
import org.zoopress.method.SharedObject;
import org.zoopress.method.additive.AdditiveParams;
import org.zoopress.method.additive.CodeShape;
import org.zoopress.method.additive.SharedCodebooks;
import org.zoopress.method.additive.SharedShape;
import org.zoopress.method.additive.SharedTraining;
import org.zoopress.method.additive.TrainingParams;
import org.zoopress.method.additive.TrainingVectors;

/**
 * Codebooks of additive quantization over all layers of all models, in the shapes of {@link
 * SharedShape#LADDER}.
 */
final class CodebookLearner implements SharedLearner {
  private static final Logger LOG = LoggerFactory.getLogger(CodebookLearner.class);
  private static final JsonMapper JSON = new JsonMapper();
  private static final String KIND = "codebooks";

  /** Which layers share. */
  private static final String GROUP = "all";

  /** Fewer tensors share nothing: one has its own codebooks for as many bytes. */
  private static final int FEWEST_TENSORS = 2;

  /**
   * Codebooks as an earlier attempt of the run left them in staging.
   *
   * @param content see {@link SharedObject#content}
   */
  private record Staged(
      byte[] content, long sampled, double relativeError, List<DistributedTraining.Turn> turns) {}

  @Override
  public List<SharedOffer> offers(Inputs inputs) throws IOException {
    Settings settings = inputs.run().settings();
    AdditiveParams params = MethodParameters.additive(settings);
    Map<Integer, List<SharedShape>> byDimension = new TreeMap<>();
    for (SharedShape shape : SharedShape.LADDER) {
      byDimension.computeIfAbsent(shape.codes().dimension(), d -> new ArrayList<>()).add(shape);
    }
    List<SharedOffer> offers = new ArrayList<>();
    for (Map.Entry<Integer, List<SharedShape>> shapes : byDimension.entrySet()) {
      int dimension = shapes.getKey();
      List<Part> parts =
          inputs.parts().stream()
              .filter(part -> TrainingVectors.fits(part.member().shape(), dimension))
              .toList();
      if (!parts.isEmpty()) {
        try (Group group = new Group(inputs, params, dimension, parts)) {
          for (SharedShape shape : shapes.getValue()) {
            group.offer(shape).ifPresent(offers::add);
          }
        }
      }
    }
    return offers;
  }

  /** Weights that share; their sample is read at the first need. */
  private static final class Group implements AutoCloseable {
    private final Inputs inputs;
    private final AdditiveParams params;
    private final int dimension;
    private final long vectors;
    private final long tensors;
    private final VectorSample sample;
    private Optional<JavaRDD<VectorBlock>> blocks = Optional.empty();

    Group(Inputs inputs, AdditiveParams params, int dimension, List<Part> parts) {
      this.inputs = inputs;
      this.params = params;
      this.dimension = dimension;
      this.vectors = VectorSample.vectors(parts, dimension);
      this.tensors = parts.stream().map(part -> part.member().tensorKey()).distinct().count();
      this.sample =
          VectorSample.of(
              parts, dimension, inputs.run().settings().get(Keys.ADDITIVE_SAMPLE_VECTORS));
    }

    Optional<SharedOffer> offer(SharedShape wanted) throws IOException {
      int books = wanted.codes().codebooks();
      int most = Math.min(wanted.codes().codewords(), params.codewords());
      SharingMode mode = inputs.run().settings().get(Keys.ADDITIVE_SHARING);
      Optional<Row> stored =
          mode == SharingMode.FRESH
              ? Optional.empty()
              : inputs
                  .archive()
                  .newest(
                      row ->
                          KIND.equals(row.string("kind"))
                              && GROUP.equals(row.string("codebook_group"))
                              && row.int32("codebooks") == books
                              && row.int32("dimension") == dimension
                              && row.int32("codewords") <= most);
      if (stored.isPresent()) {
        SharedObject object = inputs.archive().object(stored.get());
        return mode == SharingMode.REUSE
            ? Optional.of(new SharedOffer(object, stored.get(), List.of()))
            : trained(
                new CodeShape(books, stored.get().int32("codewords"), dimension),
                wanted.lambda(),
                Optional.of(object));
      }
      int words = TrainingVectors.codewords(vectors, dimension, params.withCodewords(most));
      return words == 0 || tensors < FEWEST_TENSORS
          ? Optional.empty()
          : trained(new CodeShape(books, words, dimension), wanted.lambda(), Optional.empty());
    }

    private Optional<SharedOffer> trained(
        CodeShape shape, double lambda, Optional<SharedObject> parent) throws IOException {
      String label =
          "codebooks M=%d K=%d d=%d".formatted(shape.codebooks(), shape.codewords(), dimension);
      Path file = new Path(inputs.run().shared(), key(shape, lambda, parent) + ".json");
      Optional<Staged> staged = read(inputs.fs(), file);
      if (staged.isEmpty()) {
        staged = train(label, shape, lambda, parent);
        if (staged.isPresent()) {
          write(inputs.fs(), file, staged.get());
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
      Optional<DistributedTraining.Trained> trained = training.run(run.spark(), blocks(), progress);
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

    private JavaRDD<VectorBlock> blocks() {
      if (blocks.isEmpty()) {
        blocks =
            Optional.of(
                sample
                    .read(inputs.run(), params.scale())
                    .persist(StorageLevel.MEMORY_AND_DISK_SER()));
      }
      return blocks.get();
    }

    /** Hash of all that the codebooks depend on. */
    private String key(CodeShape shape, double lambda, Optional<SharedObject> parent) {
      Settings settings = inputs.run().settings();
      List<String> texts = new ArrayList<>();
      texts.add("code " + UnitPlanner.CODE_VERSION);
      texts.add(settings.solvingFingerprint());
      texts.add(shape.toString());
      texts.add(Double.toString(lambda));
      texts.add(parent.map(SharedObject::id).map(SharedId::toString).orElse(""));
      for (VectorSample.Chosen part : sample.chosen()) {
        texts.add(part.member().partKey());
        texts.add(Integer.toString(part.count()));
      }
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
              .set("codebook_group", GROUP)
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

    @Override
    public void close() {
      blocks.ifPresent(rdd -> rdd.unpersist(false));
    }
  }

  private static Optional<Staged> read(FileSystem fs, Path file) throws IOException {
    try (FSDataInputStream in = fs.open(file)) {
      return Optional.of(JSON.readValue(in.readAllBytes(), Staged.class));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Whole or absent: a driver may be killed at any moment. */
  private static void write(FileSystem fs, Path file, Staged staged) throws IOException {
    fs.mkdirs(file.getParent());
    Path partial = new Path(file.getParent(), "." + UUID.randomUUID() + ".partial");
    try (OutputStream out = fs.create(partial, false)) {
      out.write(JSON.writeValueAsBytes(staged));
    }
    if (!fs.rename(partial, file)) {
      throw new IOException("cannot create " + file);
    }
  }
}
