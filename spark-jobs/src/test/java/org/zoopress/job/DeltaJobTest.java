package org.zoopress.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fine-tuned copies as differences to their relatives, through whole runs. */
class DeltaJobTest {
  @TempDir Path folder;
  private Path zoo;
  private Path archive;

  @BeforeEach
  void folders() {
    zoo = folder.resolve("zoo");
    archive = folder.resolve("archive");
  }

  /** Each tensor changed by Gaussian noise of so much of its norm. */
  static Map<String, float[]> tuned(Map<String, float[]> base, double change, long seed) {
    SplittableRandom random = new SplittableRandom(1000 + seed);
    Map<String, float[]> copy = new LinkedHashMap<>();
    base.forEach(
        (name, values) -> {
          double norm = 0;
          for (float v : values) {
            norm += (double) v * v;
          }
          double std = change * Math.sqrt(norm / values.length);
          float[] other = values.clone();
          for (int i = 0; i < other.length; i++) {
            other[i] += (float) (std * random.nextGaussian());
          }
          copy.put(name, other);
        });
    return copy;
  }

  private void family(double change) throws Exception {
    Map<String, float[]> base = TestZoo.network(1);
    TestZoo.safetensors(zoo.resolve("base.safetensors"), base);
    for (int c = 1; c <= 3; c++) {
      TestZoo.safetensors(zoo.resolve("copy" + c + ".safetensors"), tuned(base, change, c));
    }
  }

  private static double relativeError(Path archive) throws Exception {
    return (double) Runs.query(archive, "SELECT relative_error FROM runs").get(0).get(0);
  }

  @ParameterizedTest(name = "change {0}, {1}={2}")
  @CsvSource({
    "1e-3, target.max-error, 0.003, 2.4",
    "1e-2, target.max-error, 0.003, 2.4",
    "1e-2, scalar.bits, 4, 2.2",
    "1e-2, target.bits, 4, 1",
    "1e-2, methods, lossless, 1.2",
    "1e-3, methods, lossless, 1.3"
  })
  void aFamilyOfFourTakesLessThanAlone(double change, String key, String value, double gain)
      throws Exception {
    family(change);
    Path apart = folder.resolve("apart");
    long alone =
        Runs.compress(zoo, apart, "night", key, value, "delta.relatives", "none").storedBytes();
    long together =
        Runs.compress(zoo, archive, "night", key, value, "delta.relatives", "auto").storedBytes();
    String figures =
        "%d bytes alone, error %s; %d bytes together, error %s"
            .formatted(alone, relativeError(apart), together, relativeError(archive));
    assertThat((double) alone / together).as(figures).isGreaterThanOrEqualTo(gain);
    if (key.equals("target.bits")) {
      assertThat(relativeError(archive)).as(figures).isLessThan(relativeError(apart) / 5);
    } else {
      assertThat(relativeError(archive))
          .as(figures)
          .isLessThanOrEqualTo(1.02 * relativeError(apart));
    }
    assertThat(Runs.verify(archive).failures()).isEmpty();
    assertThat(
            Runs.query(
                archive,
                "SELECT count(*) FROM tensors WHERE base_model = 'base' AND base_tensor = tensor AND why_chosen LIKE concat('%; delta to base ', tensor)"))
        .isEqualTo(Runs.query(archive, "SELECT count(*) FROM tensors WHERE base_model IS NOT NULL"))
        .isNotEqualTo(List.of(List.of(0L)));
    assertRestored("copy2", tuned(TestZoo.network(1), change, 2));
  }

  /** By Spark into a file and without Spark, to the error that the tables record. */
  private void assertRestored(String model, Map<String, float[]> original) throws Exception {
    Path file = folder.resolve(model + "-restored.safetensors");
    Runs.restore(archive, model, file, null);
    Map<String, float[]> again = new LinkedHashMap<>();
    for (Map.Entry<String, float[]> tensor : original.entrySet()) {
      String name = tensor.getKey().split(":", 2)[0];
      float[] restored = Runs.open(archive, model).floats(name);
      again.put(tensor.getKey(), restored);
      double error = 0;
      for (int i = 0; i < restored.length; i++) {
        double difference = (double) restored[i] - tensor.getValue()[i];
        error += difference * difference;
      }
      List<Object> row =
          Runs.query(
                  archive,
                  "SELECT squared_error FROM tensors WHERE model = '%s' AND tensor = '%s'"
                      .formatted(model, name))
              .get(0);
      assertThat(error)
          .isCloseTo((double) row.get(0), org.assertj.core.data.Percentage.withPercentage(1e-6));
    }
    Path expected = folder.resolve(model + "-expected.safetensors");
    TestZoo.safetensors(expected, again);
    assertThat(Files.readAllBytes(file)).isEqualTo(Files.readAllBytes(expected));
  }

  @Test
  void anyNumberOfPartitionsGivesTheSameBytes() throws Exception {
    family(1e-2);
    List<Map<String, byte[]>> packs = new ArrayList<>();
    for (String partitions : List.of("1", "3", "7")) {
      Path target = folder.resolve("archive-" + partitions);
      Runs.compress(
          zoo,
          target,
          "night",
          "target.ratio",
          "8",
          "partition.count",
          partitions,
          "delta.relatives",
          "auto");
      packs.add(Runs.packs(target));
    }
    for (Map<String, byte[]> other : packs) {
      assertThat(other.keySet()).isEqualTo(packs.get(0).keySet());
      other.forEach((name, bytes) -> assertThat(bytes).isEqualTo(packs.get(0).get(name)));
    }
  }

  /** A copy that comes later finds its base in the run of the first night, and leaves it alone. */
  @Test
  void aLaterCopyFindsItsBaseInAnEarlierRun() throws Exception {
    Map<String, float[]> base = TestZoo.network(1);
    TestZoo.safetensors(zoo.resolve("base.safetensors"), base);
    Runs.compress(zoo, archive, "first", "scalar.bits", "4", "delta.relatives", "auto");
    Map<Path, byte[]> before = new LinkedHashMap<>();
    for (Path file : Runs.files(archive.resolve("payloads"))) {
      before.put(file, Files.readAllBytes(file));
    }
    TestZoo.safetensors(zoo.resolve("copy.safetensors"), tuned(base, 1e-2, 1));
    Runs.compress(zoo, archive, "second", "scalar.bits", "4", "delta.relatives", "auto");
    List<Object> payloads =
        Runs.query(
                archive,
                "SELECT sum(if(model = 'base', stored_bytes, 0)), sum(if(model = 'copy', stored_bytes, 0)) FROM tensors WHERE run_id = 'second' AND rank > 1")
            .get(0);
    assertThat(3 * (long) payloads.get(1)).isLessThan((long) payloads.get(0));
    for (Map.Entry<Path, byte[]> file : before.entrySet()) {
      assertThat(Files.readAllBytes(file.getKey())).isEqualTo(file.getValue());
    }
    assertThat(
            Runs.query(
                archive,
                "SELECT base_model FROM tensors WHERE run_id = 'second' AND tensor = 'conv3.weight' AND model = 'copy'"))
        .containsExactly(List.of("base"));
    assertRestored("copy", tuned(base, 1e-2, 1));
    // A copy whose file was only touched is reused as the difference that it is.
    Files.setLastModifiedTime(
        zoo.resolve("copy.safetensors"), java.nio.file.attribute.FileTime.fromMillis(1_000_000));
    CompressReport third =
        Runs.compress(zoo, archive, "third", "scalar.bits", "4", "delta.relatives", "auto");
    assertThat(third.tensorsSolved()).isZero();
    assertThat(Runs.verify(archive).failures()).isEmpty();
    assertRestored("copy", tuned(base, 1e-2, 1));
    // Whoever wants no differences gets none, kept tensors of earlier runs included.
    Runs.compress(zoo, archive, "fourth", "scalar.bits", "4", "delta.relatives", "none");
    assertThat(
            Runs.query(
                archive,
                "SELECT count(*) FROM tensors WHERE run_id = 'fourth' AND base_model IS NOT NULL"))
        .containsExactly(List.of(0L));
    // The bytes of the base count for the copy too: it cannot be decoded without.
    List<Object> bytes =
        Runs.query(
                archive,
                "SELECT max(if(model = 'base', stored_bytes, 0)), max(if(model = 'copy', stored_bytes, 0)) FROM models WHERE run_id = 'third'")
            .get(0);
    assertThat((long) bytes.get(1)).isGreaterThan((long) bytes.get(0) / 2);
  }

  /** What tuning has changed is not left out unless the user wants it so. */
  @Test
  void byDefaultOnlyWhatIsLosslessAnywayIsADifference() throws Exception {
    family(1e-2);
    Runs.compress(zoo, archive, "night", "scalar.bits", "4");
    assertThat(
            Runs.query(
                archive,
                "SELECT count(*) FROM tensors WHERE base_model IS NOT NULL AND method <> 'lossless'"))
        .containsExactly(List.of(0L));
    Path exact = folder.resolve("exact");
    Runs.compress(zoo, exact, "night", "methods", "lossless");
    assertThat(
            Runs.query(
                exact,
                "SELECT count(*) > 0 FROM tensors WHERE base_model = 'base' AND tensor = 'conv3.weight'"))
        .containsExactly(List.of(true));
  }

  /**
   * Twenty models, six of them copies of others but for their name: every tensor is stored once.
   */
  @Test
  void duplicatesAreStoredOnceAndNeedNoDifference() throws Exception {
    for (int m = 0; m < 20; m++) {
      TestZoo.safetensors(
          zoo.resolve("model%02d.safetensors".formatted(m)), TestZoo.network(m < 14 ? m : m - 14));
    }
    CompressReport report =
        Runs.compress(zoo, archive, "night", "scalar.bits", "4", "delta.relatives", "auto");
    assertThat(report.tensorsSolved()).isEqualTo(14 * 6);
    assertThat(Runs.query(archive, "SELECT count(*) FROM tensors WHERE base_model IS NOT NULL"))
        .as("strangers are no relatives, equal ones need no difference")
        .containsExactly(List.of(0L));
    Path distinct = folder.resolve("distinct");
    for (int m = 14; m < 20; m++) {
      Files.delete(zoo.resolve("model%02d.safetensors".formatted(m)));
    }
    long fourteen = Runs.compress(zoo, distinct, "night", "scalar.bits", "4").storedBytes();
    assertThat(report.storedBytes() - fourteen).as("six headers").isBetween(1L, 6 * 1500L);
  }

  /**
   * The driver dies in the second wave: what the first had solved is there, some differences are.
   */
  @Test
  void aRunThatDiedBetweenTheWavesEndsWithTheSameBytes() throws Exception {
    family(1e-2);
    String[] settings = {"target.ratio", "8", "partition.count", "3", "delta.relatives", "auto"};
    Path undisturbed = folder.resolve("undisturbed");
    Runs.compress(zoo, undisturbed, "night", settings);
    new PlanJob()
        .run(
            TestSpark.local(),
            new CompressRequest(
                zoo.toString(),
                archive.toString(),
                java.util.Optional.of("night"),
                TestZoo.settings(settings)),
            Progress.SILENT);
    List<Path> solved = new ArrayList<>(Runs.files(archive.resolve("_staging/night/solved")));
    solved.removeIf(file -> !file.toString().endsWith(".solved"));
    solved.sort(java.util.Comparator.comparing(file -> file.toFile().lastModified()));
    assertThat(solved).as("three tasks a wave").hasSize(6);
    Files.delete(solved.get(5));
    Files.delete(solved.get(4));
    CompressReport report = Runs.compress(zoo, archive, "night", settings);
    assertThat(report.tensorsSolved()).isEqualTo(24);
    Map<String, byte[]> packs = Runs.packs(archive);
    Map<String, byte[]> expected = Runs.packs(undisturbed);
    assertThat(packs.keySet()).isEqualTo(expected.keySet());
    packs.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(expected.get(name)));
  }
}
