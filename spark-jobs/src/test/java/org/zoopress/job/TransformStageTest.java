package org.zoopress.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One kernel transform for a zoo: learned, stored once, reused, dropped where it does not pay. */
class TransformStageTest {
  private static final String[] COARSE = {
    "scalar.bits", "1.2,2", "methods", "scalar", "delta.relatives", "auto"
  };

  @TempDir Path folder;
  private Path zoo;
  private Path archive;

  @BeforeEach
  void folders() throws IOException {
    zoo = folder.resolve("zoo");
    archive = folder.resolve("archive");
    TestZoo.safetensors(zoo.resolve("a.safetensors"), smooth(1));
    TestZoo.safetensors(zoo.resolve("b.safetensors"), smooth(2));
  }

  /** The small network with kernels whose positions are strongly correlated. */
  private static Map<String, float[]> smooth(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, float[]> tensors = new LinkedHashMap<>();
    tensors.put("conv2.weight:64,32,3,3", kernels(random, 64 * 32, 9));
    tensors.put("conv3.weight:64,64,3,3", kernels(random, 64 * 64, 9));
    tensors.put("conv4.weight:64,16,5,5", kernels(random, 64 * 16, 25));
    tensors.put("fc.weight:40,32", TestZoo.gaussian(random, 1280, 0.1));
    return tensors;
  }

  private static float[] kernels(SplittableRandom random, int count, int size) {
    float[] values = new float[count * size];
    for (int k = 0; k < count; k++) {
      double common = random.nextGaussian();
      for (int i = 0; i < size; i++) {
        values[k * size + i] = (float) (0.05 * common + 0.02 * random.nextGaussian());
      }
    }
    return values;
  }

  private List<Path> objects() throws IOException {
    return objects(archive);
  }

  private static List<Path> objects(Path archive) throws IOException {
    return Runs.files(archive.resolve("codebooks")).stream()
        .filter(file -> file.toString().endsWith(".factors"))
        .toList();
  }

  @Test
  void oneTransformAKernelSizeIsStoredAndEverythingVerifies() throws Exception {
    CompressReport report = Runs.compress(zoo, archive, "night", COARSE);
    assertThat(objects()).extracting(Files::size).containsExactlyInAnyOrder(39L, 303L);
    assertThat(
            Runs.query(
                archive, "SELECT COUNT(*) FROM tensors WHERE operating_point LIKE '% transform'"))
        .isEqualTo(List.of(List.of(6L)));
    assertThat(
            Runs.query(
                archive,
                "SELECT kind, offered, used_by_models, stored_bytes FROM codebooks ORDER BY stored_bytes"))
        .isEqualTo(
            List.of(
                List.of("kernel-transform", true, 2L, 39L),
                List.of("kernel-transform", true, 2L, 303L)));
    long onDisk = 39 + 303;
    for (Path file : Runs.files(archive.resolve("payloads"))) {
      onDisk += Files.size(file);
    }
    assertThat(report.storedBytes()).isEqualTo(onDisk);
    assertThat(Runs.verify(archive).tensorsFailed()).isZero();
    Runs.restore(archive, "a", folder.resolve("a.safetensors"), null);
    assertThat(folder.resolve("a.safetensors")).exists();
    Path without = folder.resolve("without");
    List<String> none = new ArrayList<>(List.of(COARSE));
    none.addAll(List.of("scalar.transform", "none"));
    CompressReport plain = Runs.compress(zoo, without, "night", none.toArray(String[]::new));
    assertThat(objects(without)).isEmpty();
    assertThat(plain.status()).isEqualTo("committed");
  }

  @Test
  void bytesDoNotDependOnTheNumberOfPartitions() throws Exception {
    Map<String, byte[]> first = null;
    for (String partitions : List.of("1", "3", "7")) {
      Path target = folder.resolve("archive-" + partitions);
      List<String> settings = new ArrayList<>(List.of(COARSE));
      settings.addAll(List.of("partition.count", partitions, "partition.max-bytes", "64k"));
      Runs.compress(zoo, target, "night", settings.toArray(String[]::new));
      Map<String, byte[]> content = new TreeMap<>(Runs.packs(target));
      for (Path file : objects(target)) {
        content.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
      assertThat(content).hasSizeGreaterThanOrEqualTo(3);
      first = first == null ? content : first;
      assertThat(content).usingRecursiveComparison().isEqualTo(first);
    }
  }

  @Test
  void laterNightsUseTheTransformsThatTheArchiveHas() throws Exception {
    Runs.compress(zoo, archive, "night-1", COARSE);
    List<Path> objects = objects();
    Map<String, byte[]> before = Runs.tensors(archive, "a");
    CompressReport second = Runs.compress(zoo, archive, "night-2", COARSE);
    assertThat(second.tensorsSolved()).isZero();
    assertThat(second.storedBytes()).isZero();
    TestZoo.safetensors(zoo.resolve("c.safetensors"), smooth(3));
    CompressReport third = Runs.compress(zoo, archive, "night-3", COARSE);
    assertThat(third.tensorsSolved()).isEqualTo(4);
    assertThat(objects()).isEqualTo(objects);
    assertThat(Runs.tensors(archive, "a")).usingRecursiveComparison().isEqualTo(before);
    assertThat(Runs.verify(archive).tensorsFailed()).isZero();
  }

  /**
   * The exact difference may be smaller than all that the copy can be stored as alone, and needs
   * what its base needs: the plan must not look for a way without.
   */
  @ParameterizedTest(name = "ratio {0}")
  @ValueSource(strings = {"8", "20"})
  void aCopyOfAStoredModelIsADifferenceToIt(String ratio) throws Exception {
    List<String> settings = new ArrayList<>(List.of(COARSE));
    settings.addAll(List.of("target.ratio", ratio));
    Runs.compress(zoo, archive, "night-1", settings.toArray(String[]::new));
    assertThat(objects()).isNotEmpty();
    Map<String, float[]> copy = smooth(1);
    copy.values().forEach(values -> values[7] *= 1.5f);
    TestZoo.safetensors(zoo.resolve("copy.safetensors"), copy);
    Runs.compress(zoo, archive, "night-2", settings.toArray(String[]::new));
    assertThat(
            Runs.query(
                archive,
                "SELECT count(*) > 0 FROM tensors WHERE model = 'copy' AND base_model = 'a'"))
        .isEqualTo(List.of(List.of(true)));
    assertThat(Runs.verify(archive).failures()).isEmpty();
  }

  /** As where another run has stored newer objects between two attempts of this one. */
  @Test
  void aBaseOfAnEarlierAttemptNeedsWhatIsNoLongerOffered() throws Exception {
    CompressRequest request =
        new CompressRequest(
            zoo.toString(), archive.toString(), Optional.of("night"), TestZoo.settings(COARSE));
    new PlanJob().run(TestSpark.local(), request, Progress.SILENT);
    Runs.compress(zoo, archive, "other", "scalar.bits", "1.2,1.9", "methods", "scalar");
    assertThat(objects()).isNotEmpty();
    Files.write(archive.resolve("_staging/night/transforms"), new byte[Integer.BYTES]); // of none
    Map<String, float[]> copy = smooth(1);
    copy.values().forEach(values -> values[7] *= 1.5f);
    TestZoo.safetensors(zoo.resolve("copy.safetensors"), copy);
    new CompressJob().run(TestSpark.local(), request, Progress.SILENT);
    assertThat(
            Runs.query(
                archive,
                "SELECT count(*) FROM tensors WHERE model = 'copy' AND run_id = 'night' AND"
                    + " base_model = 'a' AND tensor LIKE 'conv%'"))
        .isEqualTo(List.of(List.of(3L)));
    assertThat(Runs.verify(archive).failures()).isEmpty();
  }

  @Test
  void aTransformThatDoesNotPayIsNotStored() throws Exception {
    Files.delete(zoo.resolve("a.safetensors"));
    TestZoo.safetensors(zoo.resolve("b.safetensors"), TestZoo.network(4));
    Runs.compress(zoo, archive, "night", "scalar.bits", "3", "methods", "scalar");
    assertThat(objects()).isEmpty();
    TestZoo.safetensors(zoo.resolve("c.safetensors"), TestZoo.network(5));
    CompressReport next =
        Runs.compress(zoo, archive, "next", "scalar.bits", "3", "methods", "scalar");
    assertThat(next.tensorsSolved()).as("the earlier model stays").isEqualTo(6);
  }

  /** A plan leaves its staging behind: what was learned is taken from there. */
  @Test
  void aRerunOffersWhatTheFirstAttemptHadLearned() throws Exception {
    CompressRequest request =
        new CompressRequest(
            zoo.toString(), archive.toString(), Optional.of("night"), TestZoo.settings(COARSE));
    new PlanJob().run(TestSpark.local(), request, Progress.SILENT);
    Path staged = archive.resolve("_staging/night/transforms");
    byte[] learned = Files.readAllBytes(staged);
    // One solved file less: some units are open again.
    Path solved =
        Runs.files(archive.resolve("_staging/night/solved")).stream()
            .filter(file -> file.toString().endsWith(".solved"))
            .findFirst()
            .orElseThrow();
    Files.delete(solved);
    List<String> stages = new ArrayList<>();
    new PlanJob()
        .run(
            TestSpark.local(),
            request,
            new Progress() {
              @Override
              public void stage(String name, long total) {
                stages.add(name);
              }

              @Override
              public void advance(long amount) {}

              @Override
              public void message(String text) {}
            });
    assertThat(stages).contains("solving tensors").doesNotContain("learning kernel transforms");
    assertThat(staged).hasBinaryContent(learned);
    CompressReport report = new CompressJob().run(TestSpark.local(), request, Progress.SILENT);
    assertThat(report.status()).as("with nothing left to solve").isEqualTo("committed");
    assertThat(objects()).hasSize(2);
  }

  /** Two ResNets of the data pack at equal size, with and without. */
  @Test
  void realNetworksLoseLessAtEqualSize() throws Exception {
    Path data = Path.of(System.getProperty("zoopress.test.data", "none"), "cifar10_resnet");
    Assumptions.assumeTrue(Files.isDirectory(data), () -> "needs the data pack: " + data);
    Path nets = folder.resolve("nets");
    Files.createDirectories(nets);
    for (String name : List.of("resnet20", "resnet32")) {
      Files.copy(data.resolve(name + ".safetensors"), nets.resolve(name + ".safetensors"));
    }
    Map<String, Double> errors = new TreeMap<>();
    for (String transform : List.of("auto", "none")) {
      PlanReport report =
          new PlanJob()
              .run(
                  TestSpark.local(),
                  new CompressRequest(
                      nets.toString(),
                      folder.resolve("plan-" + transform).toString(),
                      Optional.empty(),
                      TestZoo.settings(
                          "methods",
                          "scalar",
                          "target.ratio",
                          "18",
                          "scalar.transform",
                          transform)),
                  Progress.SILENT);
      errors.put(transform, report.relativeError());
      System.out.printf(
          "scalar.transform=%s: ratio %.3f, relative error %.5f%n",
          transform, report.compressionRatio(), report.relativeError());
    }
    assertThat(errors.get("auto")).isLessThan(0.97 * errors.get("none"));
  }
}
