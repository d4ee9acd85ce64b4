package org.zoopress.datafree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.zoopress.coding.Trellis;
import org.zoopress.datafree.DataFreeSettings.Normalizations;
import org.zoopress.error.UserInputException;
import org.zoopress.evaluate.DataDescriptor;
import org.zoopress.evaluate.DataSet;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.additive.CodeShape;
import org.zoopress.method.secondorder.AdditiveSettings;
import org.zoopress.method.secondorder.BlockKind;
import org.zoopress.payload.Payload;
import org.zoopress.zoo.LocalModelFolder;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.ModelReaders;
import org.zoopress.zoo.ReaderLimits;
import org.zoopress.zoo.TensorKey;

/** On networks that this project trained: small ones, with few probes and steps. */
class NetworkSolverTest {
  private static final Path ZOO = Path.of("..", "datasets", "zoo");
  private static final String SEPARABLE = "glyph-separable.onnx";

  private static final int CODED_BYTES = 12_000;

  private static final DataFreeSettings QUICK =
      new DataFreeSettings(
          16,
          16,
          6,
          64 << 20,
          Normalizations.FOLDED,
          0.4,
          0.003,
          Trellis.STATES_8,
          Optional.empty(),
          0.5,
          8,
          4,
          0.003,
          2,
          8,
          3,
          EnumSet.allOf(Idea.class));

  /** A cache in memory. */
  private static final class MapCache implements ProbeCache {
    private final Map<String, byte[]> entries = new HashMap<>();
    private int hits;

    @Override
    public Optional<byte[]> get(String key) {
      hits += entries.containsKey(key) ? 1 : 0;
      return Optional.ofNullable(entries.get(key));
    }

    @Override
    public void put(String key, byte[] bytes) {
      entries.put(key, bytes);
    }
  }

  private static NetworkSolver open(
      String file, Set<String> keep, DataFreeSettings settings, ProbeCache cache, Progress progress)
      throws IOException {
    return open(file, keep, settings, Optional.empty(), cache, progress);
  }

  private static NetworkSolver open(
      String file,
      Set<String> keep,
      DataFreeSettings settings,
      Optional<Samples> samples,
      ProbeCache cache,
      Progress progress)
      throws IOException {
    LocalModelFolder folder = new LocalModelFolder(ZOO);
    ModelHeader header = ModelReaders.readHeader(folder, file, ReaderLimits.DEFAULT);
    return NetworkSolver.open(folder, header, keep, settings, samples, cache, progress);
  }

  private static Optional<Samples> glyphs(int count) throws IOException {
    LocalModelFolder folder = new LocalModelFolder(ZOO.getParent());
    DataSet data = DataSet.open(DataDescriptor.read(folder, "glyphs.yaml"), folder);
    return Optional.of(new Samples(data, count, "the first %d glyphs".formatted(count)));
  }

  private static NetworkCandidate candidate(Optional<Samples> samples, ProbeCache cache)
      throws IOException {
    try (NetworkSolver solver = open(SEPARABLE, Set.of(), QUICK, samples, cache, Progress.NONE)) {
      return solver.at(-6);
    }
  }

  private static NetworkGoal bytes(long bytes) {
    return new NetworkGoal(OptionalLong.of(bytes), 0);
  }

  private static byte[] payload(
      String file, DataFreeSettings settings, ProbeCache cache, long bytes) throws IOException {
    try (NetworkSolver solver = open(file, Set.of(), settings, cache, Progress.NONE)) {
      return solver.solve(bytes(bytes)).candidates().get(0).payload();
    }
  }

  @Test
  void meetsTheGoalAndMeasuresWhatIsRestored() throws IOException {
    List<String> layers = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public void layer(String weight, int index, int count, double seconds) {
            layers.add(weight);
          }

          @Override
          public void step(String what, int done, int of) {
            assertThat(done).isBetween(1, of);
          }
        };
    try (NetworkSolver solver = open(SEPARABLE, Set.of(), QUICK, ProbeCache.NONE, progress)) {
      NetworkSolution solution = solver.solve(bytes(14_000));
      NetworkCandidate candidate = solution.candidates().get(0);
      assertThat(candidate.payload().length).isBetween(13_850, 14_000);
      assertThat(candidate.agreement()).isGreaterThan(0.5);
      assertThat(candidate.divergence()).isBetween(0.0, 1.0);
      assertThat(solution.members()).hasSameSizeAs(candidate.restoredKeys());
      assertThat(layers)
          .containsAll(candidate.layers().stream().map(NetworkCandidate.LayerRow::weight).toList());
      assertThat(candidate.layers()).allSatisfy(row -> assertThat(row.bits()).isPositive());
      List<byte[]> restored = StoredNetwork.restoredBytes(candidate.payload());
      assertThat(restored).hasSameSizeAs(solution.members());
    }
  }

  @Test
  void equalInputsGiveEqualBytesWithAndWithoutTheCache() throws IOException {
    MapCache cache = new MapCache();
    byte[] first = payload(SEPARABLE, QUICK, cache, 12_000);
    byte[] fromCache = payload(SEPARABLE, QUICK, cache, 12_000);
    assertThat(cache.hits).isEqualTo(3);
    assertThat(fromCache).isEqualTo(first);
    assertThat(payload(SEPARABLE, QUICK, ProbeCache.NONE, 12_000)).isEqualTo(first);
  }

  /** The quick settings with codewords. */
  private static DataFreeSettings additive(CodeShape shape) {
    return new DataFreeSettings(
        QUICK.probes(),
        QUICK.heldOut(),
        QUICK.probeSteps(),
        QUICK.memoryBytes(),
        QUICK.normalization(),
        QUICK.rateWeight(),
        QUICK.damping(),
        QUICK.trellis(),
        Optional.of(AdditiveSettings.of(shape, BlockKind.of(shape.dimension()))),
        QUICK.correction(),
        QUICK.sideBits(),
        QUICK.distillationSteps(),
        QUICK.distillationRate(),
        QUICK.temperature(),
        QUICK.passes(),
        QUICK.seed(),
        QUICK.ideas());
  }

  @Test
  void codewordsMeetTheGoalAndArePayloadsOfWhatWasMeasured() throws IOException {
    DataFreeSettings settings = additive(new CodeShape(4, 32, 9));
    byte[] payload;
    try (NetworkSolver solver =
        open(SEPARABLE, Set.of(), settings, ProbeCache.NONE, Progress.NONE)) {
      NetworkSolution solution = solver.solve(bytes(CODED_BYTES));
      NetworkCandidate candidate = solution.candidates().get(0);
      payload = candidate.payload();
      assertThat(payload.length)
          .isBetween((int) (CODED_BYTES * (1 - 2 * StepSearch.SLACK)), CODED_BYTES);
      assertThat(candidate.operatingPoint()).startsWith("additive 4x32x9, step=");
      assertThat(candidate.divergence()).isBetween(0.0, 1.0);
      Payload read = Payload.decode(payload, 0, payload.length, SharedFactors.none());
      for (int i = 0; i < solution.members().size(); i++) {
        Payload.Member member = read.members().get(i);
        assertThat(TensorKey.of(member.dtype(), member.shape(), read.restore(i)))
            .isEqualTo(candidate.restoredKeys().get(i));
      }
    }
    assertThat(payload(SEPARABLE, settings, ProbeCache.NONE, CODED_BYTES)).isEqualTo(payload);
  }

  @Test
  void beyondWhatCodesCanTakeTheLargestIsFoundInFewPasses() throws IOException {
    AtomicInteger passes = new AtomicInteger();
    Progress counting =
        new Progress() {
          @Override
          public void layer(String weight, int index, int count, double seconds) {}

          @Override
          public void step(String what, int done, int of) {
            passes.addAndGet(what.equals("pass") ? 1 : 0);
          }
        };
    DataFreeSettings settings = additive(new CodeShape(2, 16, 9));
    try (NetworkSolver solver = open(SEPARABLE, Set.of(), settings, ProbeCache.NONE, counting)) {
      NetworkSolution solution = solver.solve(new NetworkGoal(OptionalLong.of(10_000_000), 1));
      assertThat(passes.get()).isLessThanOrEqualTo(6);
      assertThat(solution.candidates())
          .allMatch(candidate -> candidate.operatingPoint().startsWith("additive 2x16x9, step="))
          .isSortedAccordingTo(Comparator.comparingInt(c -> c.payload().length));
      assertThat(solver.within(1e-9).candidates()).hasSize(1);
    }
  }

  @Test
  void layersThatSuitNoVectorsGetPoints() throws IOException {
    DataFreeSettings settings = additive(new CodeShape(1, 16, 60));
    assertThat(payload(SEPARABLE, settings, ProbeCache.NONE, 14_000))
        .isEqualTo(payload(SEPARABLE, QUICK, ProbeCache.NONE, 14_000));
  }

  @Test
  void samplesTakeThePlaceOfProbes() throws IOException {
    MapCache cache = new MapCache();
    NetworkCandidate made = candidate(Optional.empty(), cache);
    assertThat(made.probes()).isEqualTo("synthetic");
    assertThat(cache.entries).hasSize(3);

    NetworkCandidate given = candidate(glyphs(40), cache);
    assertThat(given.probes()).isEqualTo("samples");
    assertThat(given.payload()).isNotEqualTo(made.payload());
    assertThat(cache.entries).as("sensitivities on samples, which are not kept").hasSize(4);
    assertThat(candidate(glyphs(40), cache).payload()).isEqualTo(given.payload());
    assertThat(cache.hits).isEqualTo(1);

    NetworkCandidate mixed = candidate(glyphs(31), cache);
    assertThat(mixed.probes()).isEqualTo("samples, synthetic");
    assertThat(mixed.payload()).isNotEqualTo(given.payload());
    assertThat(cache.hits).as("other samples, other sensitivities").isEqualTo(1);
  }

  @Test
  void keptTensorsAreExact() throws IOException {
    String kept;
    try (NetworkSolver solver = open(SEPARABLE, Set.of(), QUICK, ProbeCache.NONE, Progress.NONE)) {
      kept = solver.solve(bytes(14_000)).candidates().get(0).layers().get(0).weight();
    }
    try (NetworkSolver solver =
        open(SEPARABLE, Set.of(kept), QUICK, ProbeCache.NONE, Progress.NONE)) {
      NetworkSolution solution = solver.solve(bytes(16_000));
      NetworkCandidate candidate = solution.candidates().get(0);
      int index = solution.members().indexOf(kept);
      assertThat(candidate.squaredErrors()[index]).isZero();
      assertThat(candidate.squaredNorms()[index]).isPositive();
      assertThat(candidate.layers()).noneMatch(row -> row.weight().equals(kept));
    }
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThatThrownBy(
            () ->
                new DataFreeSettings(
                    1,
                    16,
                    6,
                    64 << 20,
                    Normalizations.FOLDED,
                    0.4,
                    0.003,
                    Trellis.STATES_8,
                    Optional.empty(),
                    0.5,
                    8,
                    4,
                    0.003,
                    2,
                    8,
                    3,
                    EnumSet.allOf(Idea.class)))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot use second-order.probes=1.0: it must be in [2.0, 1048576.0]. Choose a value in that"
                + " range.");
  }
}
