package org.zoopress.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zoopress.io.TensorRef;
import org.zoopress.io.UnitPlan;
import org.zoopress.method.additive.SharedShape;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.TensorEntry;
import org.zoopress.zoo.TensorLayout;

/** Codebooks that a run trains over all its models. */
class ShareStageTest {
  private static final String CODEBOOKS =
      "SELECT codebook_id, codebook_group, version, parent_id, codebooks, codewords, dimension,"
          + " tensors, vectors, sample_vectors, relative_error, offered, origin_run_id FROM"
          + " codebooks WHERE run_id = '%s' ORDER BY codebooks";

  @TempDir Path folder;
  private Path zoo;
  private Path archive;

  @BeforeEach
  void twoModels() throws Exception {
    zoo = folder.resolve("zoo");
    archive = folder.resolve("archive");
    TestZoo.safetensors(zoo.resolve("a.safetensors"), TestZoo.network(1));
    TestZoo.safetensors(zoo.resolve("b.safetensors"), TestZoo.network(2));
  }

  private static String[] settings(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "methods", "additive",
                "additive.codebooks", "1",
                "additive.codewords", "32",
                "additive.iterations", "3"));
    settings.addAll(List.of(more));
    return settings.toArray(String[]::new);
  }

  private void night(String id, String... more) throws Exception {
    Runs.compress(zoo, archive, id, settings(more));
  }

  private List<List<Object>> codebooks(String run) throws Exception {
    return Runs.query(archive, CODEBOOKS.formatted(run));
  }

  @Test
  void tablesSayWhatWasTrained() throws Exception {
    night("one");
    List<List<Object>> rows =
        codebooks("one").stream().filter(row -> row.get(6).equals(9)).toList();
    assertThat(rows).hasSizeGreaterThanOrEqualTo(2);
    for (List<Object> row : rows) {
      assertThat(row.subList(1, 4)).containsExactly("all", 1, null);
      assertThat(row.subList(5, 10))
          .as("conv2, conv3 and fc of two models, 1696 vectors of 9 each")
          .containsExactly(32, 9, 6L, 3392L, 3392L);
      assertThat((double) row.get(10)).isBetween(0.01, 0.9);
      assertThat(row.subList(11, 13)).containsExactly(true, "one");
    }
    assertThat((double) rows.get(1).get(10))
        .as("with more codebooks")
        .isLessThan((double) rows.get(0).get(10));
    List<List<Object>> turns =
        Runs.query(
            archive,
            "SELECT t.iteration, t.vectors, t.relative_error, t.seconds, t.reduced_bytes FROM"
                + " codebook_training t JOIN codebooks c ON t.codebook_id = c.codebook_id WHERE"
                + " c.codebook_id = '%s' ORDER BY t.iteration".formatted(rows.get(1).get(0)));
    assertThat(turns).extracting(turn -> turn.get(0)).containsExactly(0, 1, 2, 3);
    assertThat(turns.get(3).get(2)).isEqualTo(rows.get(1).get(10));
    assertThat((double) turns.get(3).get(2)).isLessThan((double) turns.get(0).get(2));
    assertThat(Runs.verify(archive).tensorsFailed()).isZero();
  }

  @Test
  void codebooksAreTheSameForAnyPartitionsAndCuts() throws Exception {
    night("one", "partition.count", "1");
    List<List<Object>> one = codebooks("one");
    for (String partitions : List.of("3", "7")) {
      archive = folder.resolve("archive" + partitions);
      night("one", "partition.count", partitions);
      assertThat(codebooks("one")).isEqualTo(one);
    }
  }

  /** A kernel size whose neighbours correlate, and one whose do not. */
  private void twoKinds() throws Exception {
    Files.delete(zoo.resolve("a.safetensors"));
    Files.delete(zoo.resolve("b.safetensors"));
    for (int m = 0; m < 2; m++) {
      kinds(m);
    }
  }

  private void kinds(int m) throws Exception {
    SplittableRandom random = new SplittableRandom(40 + m);
    float[] smooth = TestZoo.gaussian(random, 64 * 32 * 9, 0.1);
    for (int i = 1; i < smooth.length; i++) {
      smooth[i] = 0.95f * smooth[i - 1] + 0.31f * smooth[i];
    }
    Map<String, float[]> tensors = new LinkedHashMap<>();
    tensors.put("smooth.weight:64,32,3,3", smooth);
    tensors.put("rough.weight:96,189", TestZoo.gaussian(random, 96 * 189, 0.1));
    TestZoo.safetensors(zoo.resolve("kinds%d.safetensors".formatted(m)), tensors);
  }

  private List<List<Object>> groups(String run) throws Exception {
    return Runs.query(
        archive,
        "SELECT codebook_group, tensors, vectors, sample_vectors, version FROM codebooks WHERE run_id = '%s' AND offered ORDER BY codebook_group"
            .formatted(run));
  }

  private static final String[] ONE_SHAPE = {
    "additive.shared-shapes", "2x16x9", "additive.sample-vectors", "4000"
  };

  private static String[] oneShape(String... more) {
    List<String> all = new ArrayList<>(List.of(ONE_SHAPE));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void groupsAreWhatTheSettingSaysOrTheDataShow() throws Exception {
    twoKinds();
    List<Object> flat = List.of("1x1", 2L, 4032L, 2000L, 1);
    List<Object> kernels = List.of("3x3", 2L, 4096L, 2000L, 1);
    night("auto", oneShape());
    assertThat(groups("auto")).containsExactly(flat, kernels);
    List<List<Object>> auto = codebooks("auto");
    archive = folder.resolve("kernel");
    night("auto", oneShape("additive.groups", "kernel"));
    assertThat(groups("auto")).containsExactly(flat, kernels);
    assertThat(codebooks("auto")).as("as found, so trained").isEqualTo(auto);
    archive = folder.resolve("one");
    night("auto", oneShape("additive.groups", "one"));
    assertThat(groups("auto")).containsExactly(List.of("all", 4L, 8128L, 4000L, 1));
    for (String partitions : List.of("1", "7")) {
      archive = folder.resolve("partitions" + partitions);
      night("auto", oneShape("partition.count", partitions));
      assertThat(codebooks("auto")).isEqualTo(auto);
    }
  }

  @Test
  void theArchivesGroupsAreReusedAndExtendedByName() throws Exception {
    twoKinds();
    storedByARun(oneShape());
    kinds(2);
    night("reuse", oneShape());
    assertThat(groups("reuse")).extracting(row -> row.get(0)).containsExactly("1x1", "3x3");
    assertThat(groups("reuse")).extracting(row -> row.get(4)).containsOnly(1);
    kinds(3);
    night("extend", oneShape("additive.sharing", "extend"));
    assertThat(groups("extend"))
        .containsExactly(List.of("1x1", 1L, 2016L, 2000L, 2), List.of("3x3", 1L, 2048L, 2000L, 2));
    kinds(4);
    night("all", oneShape("additive.groups", "one"));
    assertThat(groups("all"))
        .as("a group of another name is none to reuse; one tensor a kind is enough for one of all")
        .containsExactly(List.of("all", 2L, 4064L, 4000L, 1));
  }

  @Test
  void aNightWithoutNewTensorsTrainsNothing() throws Exception {
    night("one");
    night("two");
    assertThat(codebooks("two")).isEmpty();
    CompressReport fresh =
        Runs.compress(zoo, archive, "three", settings("additive.sharing", "fresh"));
    assertThat(fresh.tensorsSolved()).isZero();
    assertThat(codebooks("three")).isEmpty();
    Runs.compress(zoo, archive, "four", settings("additive.sharing", "none"));
    assertThat(codebooks("four")).isEmpty();
    assertThat(Runs.files(archive.resolve("codebook_training")))
        .as("a run that shares nothing writes no such table")
        .hasSize(3);
  }

  /** A plan leaves its codebooks in staging; the run after it trains none. */
  @Test
  void whatAnEarlierAttemptTrainedIsTaken() throws Exception {
    List<String> messages = new ArrayList<>();
    CompressRequest request =
        new CompressRequest(
            zoo.toString(), archive.toString(), Optional.of("one"), TestZoo.settings(settings()));
    new PlanJob().run(TestSpark.local(), request, listening(messages));
    assertThat(messages)
        .filteredOn(line -> line.contains("training on"))
        .hasSize(SharedShape.LADDER.size());
    List<Path> staged = Runs.files(archive.resolve("_staging/one/shared"));
    assertThat(staged).hasSize(SharedShape.LADDER.size());
    messages.clear();
    new CompressJob().run(TestSpark.local(), request, listening(messages));
    assertThat(messages).filteredOn(line -> line.contains("training on")).isEmpty();
    assertThat(messages)
        .filteredOn(line -> line.contains("trained before"))
        .hasSize(SharedShape.LADDER.size());
    assertThat(messages).contains("going on: 12 of 12 units were solved before");
    assertThat(codebooks("one")).hasSize(SharedShape.LADDER.size());
  }

  /** Staged candidates may refer to codebooks that a run over a changed zoo does not have. */
  @Test
  void whatWasSolvedWithOtherCodebooksIsSolvedAgain() throws Exception {
    CompressRequest request =
        new CompressRequest(
            zoo.toString(), archive.toString(), Optional.of("one"), TestZoo.settings(settings()));
    new PlanJob().run(TestSpark.local(), request, Progress.SILENT);
    TestZoo.safetensors(zoo.resolve("c.safetensors"), TestZoo.network(3));
    List<String> messages = new ArrayList<>();
    new CompressJob().run(TestSpark.local(), request, listening(messages));
    assertThat(messages)
        .as("what is kept whatever the codebooks: conv1, bn1 and the bias of two models")
        .contains("going on: 6 of 18 units were solved before");
    assertThat(codebooks("one")).allSatisfy(row -> assertThat(row.get(7)).isEqualTo(9L));
    assertThat(Runs.verify(archive).tensorsFailed()).isZero();
  }

  /** The archive's codebooks, as a run stored them that used them. */
  @Test
  void reuseOffersThemAndExtendGoesOnFromThem() throws Exception {
    List<String> ids = storedByARun();
    TestZoo.safetensors(zoo.resolve("c.safetensors"), TestZoo.network(3));
    night("reuse");
    List<List<Object>> reused = codebooks("reuse");
    assertThat(reused).extracting(row -> row.get(0)).containsExactlyElementsOf(ids);
    assertThat(reused).extracting(row -> row.get(12)).containsOnly("one");

    TestZoo.safetensors(zoo.resolve("d.safetensors"), TestZoo.network(4));
    night("extend", "additive.sharing", "extend");
    List<List<Object>> extended =
        codebooks("extend").stream().filter(row -> (boolean) row.get(11)).toList();
    assertThat(extended).extracting(row -> row.get(3)).containsExactlyElementsOf(ids);
    assertThat(extended).extracting(row -> row.get(2)).containsOnly(2);
    assertThat(extended).extracting(row -> row.get(7)).as("the new model's").containsOnly(3L);

    TestZoo.safetensors(zoo.resolve("e.safetensors"), TestZoo.network(5));
    night("fresh", "additive.sharing", "fresh");
    assertThat(codebooks("fresh").stream().filter(row -> (boolean) row.get(11)))
        .allSatisfy(row -> assertThat(row.get(2)).isEqualTo(1))
        .extracting(row -> row.get(0))
        .doesNotContainAnyElementsOf(ids);
    assertThat(Runs.verify(archive).tensorsFailed()).isZero();
  }

  /** Runs, and lets the run's manifest refer to what it offered. */
  private List<String> storedByARun(String... more) throws Exception {
    CompressRequest request =
        new CompressRequest(
            zoo.toString(),
            archive.toString(),
            Optional.of("one"),
            TestZoo.settings(settings(more)));
    new PlanJob().run(TestSpark.local(), request, Progress.SILENT);
    ObjectMapper json = new ObjectMapper();
    List<byte[]> contents = new ArrayList<>();
    for (Path file : Runs.files(archive.resolve("_staging/one/shared"))) {
      contents.add(json.readTree(file.toFile()).get("content").binaryValue());
    }
    new CompressJob().run(TestSpark.local(), request, Progress.SILENT);
    Path manifest = archive.resolve("_commits/one.json");
    JsonNode tree = json.readTree(manifest.toFile());
    for (byte[] content : contents) {
      String path =
          org.zoopress.archive.ArchivePaths.relative(org.zoopress.method.SharedObject.of(content));
      Files.write(archive.resolve(path), content);
      ((com.fasterxml.jackson.databind.node.ArrayNode) tree.get("files"))
          .addObject()
          .put("table", "shared")
          .put("path", path)
          .put("bytes", content.length);
    }
    json.writeValue(manifest.toFile(), tree);
    return codebooks("one").stream().map(row -> (String) row.get(0)).toList();
  }

  /** 90 vectors over models of 10, 400 and 1000: 10, 40, 40; in a model over its layers alike. */
  @Test
  void modelsAndLayersHaveEqualShares() {
    List<SharedLearner.Part> parts =
        List.of(
            part("small", "s1", 10), //
            part("middle", "m1", 395),
            part("middle", "m2", 5),
            part("large", "l1", 500),
            part("large", "l2", 500));
    VectorSample sample = VectorSample.of(parts, 8, 90);
    Map<String, Integer> counts = new HashMap<>();
    long first = 0;
    for (VectorSample.Chosen chosen : sample.chosen()) {
      counts.put(chosen.member().tensorKey(), chosen.count());
      assertThat(chosen.first()).isEqualTo(first);
      first += chosen.count();
    }
    assertThat(counts).isEqualTo(Map.of("s1", 10, "m1", 35, "m2", 5, "l1", 20, "l2", 20));
    assertThat(sample.vectors()).isEqualTo(90);
    assertThat(VectorSample.of(parts, 8, 1 << 20).vectors()).isEqualTo(1410);
  }

  private static SharedLearner.Part part(String model, String key, int vectors) {
    TensorEntry entry =
        new TensorEntry(key, DType.F32, Shape.of(vectors, 8), 0, 0, TensorLayout.ROW_MAJOR);
    return new SharedLearner.Part(
        model,
        new UnitPlan.Member(new TensorRef(model, 0, "f", entry), key, key, 0, 0, vectors, ""));
  }

  private static Progress listening(List<String> messages) {
    return new Progress() {
      @Override
      public void stage(String name, long total) {}

      @Override
      public void advance(long units) {}

      @Override
      public void message(String text) {
        messages.add(text);
      }
    };
  }
}
