package org.zoopress.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.zoopress.error.UserInputException;
import org.zoopress.method.MethodId;

class SettingsTest {
  private static Settings set(String... assignments) {
    return Settings.of(SettingsSource.ofAssignments(List.of(assignments)));
  }

  @Test
  void defaultsAreTyped() {
    Settings defaults = Settings.of();
    assertThat(defaults.get(Keys.METHODS)).containsExactly(MethodId.SECOND_ORDER, MethodId.SCALAR);
    assertThat(defaults.get(Keys.SCALAR_BITS)).containsExactly(4.0);
    assertThat(defaults.get(Keys.SCALAR_STEP)).isEmpty();
    assertThat(defaults.get(Keys.TARGET_RATIO)).isEmpty();
    assertThat(defaults.get(Keys.TARGET_SCOPE)).isEqualTo(TargetScope.RUN);
    assertThat(defaults.get(Keys.PARTITION_MAX_BYTES)).isEqualTo(16L << 20);
    assertThat(defaults.get(Keys.DICTIONARY_PAIR_GAMMA)).isEqualTo(1e-4);
    assertThat(defaults.get(Keys.RUN_MAX_FAILED_MODELS)).isEqualTo(new FailureLimit(1, true));
    assertThat(defaults.resolved()).hasSize(Keys.all().size());
  }

  @Test
  void everySourceOverridesTheOnesBelowIt() {
    SettingsSource profile = Profiles.parse("profile p", "seed: 1\nevaluate: {batch: 1}");
    SettingsSource environment = SettingsSource.ofEnvironment(Map.of("ZOOPRESS_SEED", "2"));
    SettingsSource spark = SettingsSource.ofSparkConf(Map.of("spark.zoopress.seed", "3"));
    SettingsSource set = SettingsSource.ofAssignments(List.of("seed=4"));

    assertThat(Settings.of(profile).get(Keys.SEED)).isEqualTo(1);
    assertThat(Settings.of(profile, environment).get(Keys.SEED)).isEqualTo(2);
    assertThat(Settings.of(profile, environment, spark).get(Keys.SEED)).isEqualTo(3);
    Settings all = Settings.of(profile, environment, spark, set);
    assertThat(all.get(Keys.SEED)).isEqualTo(4);
    assertThat(all.get(Keys.EVALUATE_BATCH)).isEqualTo(1);
    assertThat(all.origin(Keys.SEED)).isEqualTo("--set");
    assertThat(all.origin(Keys.EVALUATE_BATCH)).isEqualTo("profile p");
    assertThat(all.origin(Keys.METHODS)).isEqualTo("default");
  }

  @Test
  void ofSeveralAssignmentsTheLastHolds() {
    assertThat(set("seed=1", "seed=2").get(Keys.SEED)).isEqualTo(2);
  }

  @Test
  void anUnknownKeyIsAnErrorWithASuggestion() {
    assertThatThrownBy(() -> set("scalar.bit=4"))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot use setting scalar.bit from --set: no setting has this name; did you mean"
                + " 'scalar.bits'. See 'zoopress settings' for the names.");
    assertThatThrownBy(() -> set("granularity=channel"))
        .hasMessageContaining("did you mean 'scalar.granularity'");
    assertThatThrownBy(() -> set("xyzzy=1")).hasMessageContaining("no setting has this name. See");
    assertThatThrownBy(
            () -> Settings.of(SettingsSource.ofSparkConf(Map.of("spark.zoopress.sead", "3"))))
        .hasMessageContaining("from Spark configuration spark.zoopress.sead")
        .hasMessageContaining("did you mean 'seed'");
    assertThatThrownBy(() -> SettingsSource.ofEnvironment(Map.of("ZOOPRESS_SCALAR_BIT", "3")))
        .hasMessage(
            "Cannot use environment variable ZOOPRESS_SCALAR_BIT: no setting has this name; did you"
                + " mean 'ZOOPRESS_SCALAR_BITS'. Unset it, or see 'zoopress settings' for the"
                + " names.");
  }

  @Test
  void aBadValueNamesKeyValueSourceRangeAndDefault() {
    assertThatThrownBy(
            () -> Settings.of(SettingsSource.ofEnvironment(Map.of("ZOOPRESS_SCALAR_BITS", "4,99"))))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot use setting scalar.bits=4,99 from environment variable ZOOPRESS_SCALAR_BITS: 99"
                + " is out of range. It must be a list, separated by commas, each a number above 0"
                + " and at most 20, in stored bits per weight; the default is 4.");
    assertThatThrownBy(() -> set("methods=scaler"))
        .hasMessageContaining("'scaler' is unknown; did you mean 'scalar'");
    assertThatThrownBy(() -> set("keep.max-rank=1.5")).hasMessageContaining("not a whole number");
    assertThatThrownBy(() -> set("seed=1e999999999")).hasMessageContaining("is out of range");
    assertThatThrownBy(() -> set("seed=" + "9".repeat(99))).hasMessageContaining("longer than 64");
    assertThatThrownBy(() -> set("dictionary-pair.tau=NaN"))
        .hasMessageContaining("'NaN' is not a number");
    assertThatThrownBy(() -> set("keep.input-convolution=yes"))
        .hasMessageContaining("'yes' is neither");
    assertThatThrownBy(() -> set("partition.max-bytes=64mb"))
        .hasMessageContaining("'64mb' is not a size such as 64m");
    assertThatThrownBy(() -> set("partition.max-bytes=9999999999g"))
        .hasMessageContaining("out of range");
    assertThatThrownBy(() -> set("methods=")).hasMessageContaining("the list is empty");
    assertThatThrownBy(() -> set("methods=scalar,scalar")).hasMessageContaining("given twice");
    assertThatThrownBy(() -> set("scalar.bits"))
        .hasMessage(
            "Cannot use --set scalar.bits: it has no '='. Write --set key=value, for instance --set"
                + " scalar.bits=3.");
  }

  @Test
  void equalValuesAreEqualHoweverWritten() {
    assertThat(
            set("partition.max-bytes=16384K", "dictionary-pair.gamma=0.00010", "scalar.bits=4.0"))
        .isEqualTo(Settings.of())
        .hasSameHashCodeAs(Settings.of());
    assertThat(set("scalar.bits= 2.50 , 3").resolved()).containsEntry("scalar.bits", "2.5,3");
  }

  @Test
  void aTargetReplacesTheTargetOfLowerSources() {
    Settings settings =
        Settings.of(
            Profiles.parse("profile p", "target: {bits: 3}"),
            SettingsSource.ofAssignments(List.of("target.ratio=8")));
    assertThat(settings.get(Keys.TARGET_RATIO)).isEqualTo(Optional.of(8.0));
    assertThat(settings.get(Keys.TARGET_BITS)).isEmpty();
  }

  @Test
  void anEmptyTargetTakesAProfilesTargetAway() {
    Settings settings =
        Settings.of(
            Profiles.parse("profile p", "target: {bits: 3}"),
            SettingsSource.ofAssignments(List.of("target.bits=")));
    assertThat(settings.get(Keys.TARGET_BITS)).isEmpty();
  }

  @Test
  void twoTargetsInOneSourceContradict() {
    assertThatThrownBy(() -> set("target.ratio=8", "target.bits=3"))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot use both target.ratio=8 from --set and target.bits=3 from --set: a run has one"
                + " target. Leave one of them out.");
  }

  @Test
  void aMethodNeedsAnOperatingPoint() {
    assertThatThrownBy(() -> set("scalar.bits="))
        .hasMessage(
            "Cannot use method scalar: none of scalar.bits, scalar.step, scalar.relative-step has a"
                + " value. Give one of them, or leave the method out.");
    assertThat(set("scalar.bits=", "scalar.step=0.01").get(Keys.SCALAR_STEP)).containsExactly(0.01);
    assertThat(set("scalar.bits=", "methods=lossless").get(Keys.SCALAR_BITS)).isEmpty();
  }

  @Test
  void aTargetSpreadsOperatingPointsThatNobodyNamed() {
    Settings spread = set("target.ratio=8");
    assertThat(spread.get(Keys.SCALAR_BITS)).isEmpty();
    assertThat(spread.get(Keys.SCALAR_RELATIVE_STEP)).hasSizeGreaterThan(8);
    assertThat(spread.origin(Keys.SCALAR_RELATIVE_STEP)).isEqualTo("the target");
    Settings own = set("target.ratio=8", "scalar.bits=3,4");
    assertThat(own.get(Keys.SCALAR_BITS)).containsExactly(3.0, 4.0);
    assertThat(own.get(Keys.SCALAR_RELATIVE_STEP)).isEmpty();
    assertThat(set().get(Keys.SCALAR_RELATIVE_STEP)).isEmpty();
  }

  @Test
  void theFingerprintFollowsWhatChangesStoredBytesOnly() {
    String fingerprint = Settings.of().fingerprint();
    assertThat(fingerprint).matches("[0-9a-f]{64}");
    for (Setting<?> setting : Keys.all()) {
      String other = OTHER_VALUES.get(setting.key());
      assertThat(other).as("another value of %s for this test", setting.key()).isNotNull();
      String changed = set(setting.key() + "=" + other).fingerprint();
      assertThat(!changed.equals(fingerprint)).as(setting.key()).isEqualTo(setting.affectsBytes());
    }
  }

  private static final Map<String, String> OTHER_VALUES =
      Map.ofEntries(
          Map.entry("methods", "scalar,dictionary-pair"),
          Map.entry("second-order.probes", "64"),
          Map.entry("second-order.probe-steps", "10"),
          Map.entry("second-order.normalization", "keep"),
          Map.entry("second-order.quantizer", "additive"),
          Map.entry("second-order.codebooks", "2x256x8"),
          Map.entry("second-order.rate-weight", "0"),
          Map.entry("second-order.damping", "0.01"),
          Map.entry("second-order.distillation-steps", "10"),
          Map.entry("second-order.side-bits", "12"),
          Map.entry("second-order.max-divergence", "0.1"),
          Map.entry("second-order.held-out", "64"),
          Map.entry("second-order.memory", "64m"),
          Map.entry("second-order.correction", "0"),
          Map.entry("second-order.passes", "3"),
          Map.entry("second-order.max-bytes", "1m"),
          Map.entry("second-order.max-work", "1e12"),
          Map.entry("target.ratio", "8"),
          Map.entry("additive.sharing", "fresh"),
          Map.entry("additive.sample-vectors", "1000"),
          Map.entry("additive.shared-shapes", "4x256x9"),
          Map.entry("additive.groups", "kernel"),
          Map.entry("target.bits", "3"),
          Map.entry("target.bytes", "10m"),
          Map.entry("target.max-error", "0.01"),
          Map.entry("target.scope", "model"),
          Map.entry("keep.min-elements", "1"),
          Map.entry("keep.max-rank", "0"),
          Map.entry("keep.input-convolution", "false"),
          Map.entry("keep.names", "*.bias"),
          Map.entry("scalar.bits", "3"),
          Map.entry("scalar.step", "0.1"),
          Map.entry("scalar.granularity", "channel"),
          Map.entry("scalar.relative-step", "0.5"),
          Map.entry("scalar.rate-weight", "0"),
          Map.entry("scalar.trellis", "4"),
          Map.entry("inputs.data", "data/train.yaml"),
          Map.entry("inputs.samples", "64"),
          Map.entry("inputs.max-columns", "576"),
          Map.entry("scalar.transform", "none"),
          Map.entry("partition.count", "3"),
          Map.entry("dictionary-pair.errors", "0.1"),
          Map.entry("dictionary-pair.words", "64"),
          Map.entry("dictionary-pair.block-rows", "288"),
          Map.entry("dictionary-pair.tau", "0.1"),
          Map.entry("dictionary-pair.gamma", "0.1"),
          Map.entry("dictionary-pair.max-outer", "5"),
          Map.entry("dictionary-pair.factors", "f16"),
          Map.entry("dictionary-pair.shared-layers", "2"),
          Map.entry("tucker.ratios", "3"),
          Map.entry("tucker.errors", "0.1"),
          Map.entry("tucker.ranks", "evbmf"),
          Map.entry("tucker.format", "tucker-2"),
          Map.entry("tucker.factors", "f16"),
          Map.entry("tensor-train.ratios", "3"),
          Map.entry("tensor-train.errors", "0.1"),
          Map.entry("tensor-train.modes", "auto"),
          Map.entry("tensor-train.factors", "f16"),
          Map.entry("additive.codebooks", "4"),
          Map.entry("additive.codewords", "64"),
          Map.entry("additive.dimension", "4"),
          Map.entry("additive.iterations", "10"),
          Map.entry("additive.scale", "tensor"),
          Map.entry("additive.factors", "f16"),
          Map.entry("rotated-trellis.bits", "1.5"),
          Map.entry("rotated-trellis.states", "256"),
          Map.entry("low-rank-sparse.ratios", "4"),
          Map.entry("low-rank-sparse.errors", "0.1"),
          Map.entry("low-rank-sparse.base-bits", "3"),
          Map.entry("low-rank-sparse.outliers", "0.01"),
          Map.entry("low-rank-sparse.repair-rank", "4"),
          Map.entry("low-rank-sparse.rank-shares", "0.25"),
          Map.entry("low-rank-sparse.factors", "f16"),
          Map.entry("low-rank-sparse.threshold", "soft"),
          Map.entry("low-rank-sparse.form", "filters"),
          Map.entry("delta.relatives", "none"),
          Map.entry("delta.max-distance", "0.25"),
          Map.entry("partition.max-bytes", "1m"),
          Map.entry("partition.task-bytes", "1m"),
          Map.entry("payload.pack-bytes", "1m"),
          Map.entry("reader.max-header-bytes", "1m"),
          Map.entry("reader.max-tensors", "5"),
          Map.entry("reader.non-finite", "fail"),
          Map.entry("run.max-failed-models", "0"),
          Map.entry("run.lease-seconds", "60"),
          Map.entry("seed", "1"),
          Map.entry("evaluate.batch", "1"));

  @Test
  void environmentNamesAreUniqueAndForeignVariablesAreLeftAlone() {
    assertThat(Keys.all().stream().map(Setting::environmentVariable)).doesNotHaveDuplicates();
    assertThat(
            SettingsSource.ofEnvironment(
                    Map.of(
                        "PATH", "/bin",
                        "ZOOPRESS_HOME", "/opt/zoopress",
                        "ZOOPRESS_SPARK_LINE", "3.5",
                        "ZOOPRESS_UI_SERVICE_HOST", "10.0.0.1",
                        "ZOOPRESS_PORT", "tcp://10.0.0.1:80",
                        "ZOOPRESS_PORT_80_TCP_ADDR", "10.0.0.1"))
                .values())
        .isEmpty();
  }

  @Test
  void survivesSerialization() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(set("seed=7"));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(set("seed=7"));
    }
  }

  @Test
  void anotherSourceOnTopResolvesAnew() {
    Settings base = set("target.ratio=9", "seed=3");
    Settings other =
        base.with(SettingsSource.ofAssignments(List.of("target.bits=4", "methods=tucker")));
    assertThat(other).isEqualTo(set("target.bits=4", "methods=tucker", "seed=3"));
    assertThat(base).isEqualTo(set("target.ratio=9", "seed=3"));
    assertThat(set("methods=tucker").with(SettingsSource.ofAssignments(List.of("target.bits=4"))))
        .as("the ladder of a target")
        .isEqualTo(set("methods=tucker", "target.bits=4"));
  }

  @Test
  void solvingDoesNotDependOnWhatChooses() {
    String solving = set("target.bits=4").solvingFingerprint();
    assertThat(set("target.ratio=9", "target.scope=model", "methods=tucker,scalar"))
        .satisfies(other -> assertThat(other.solvingFingerprint()).isEqualTo(solving))
        .satisfies(
            other ->
                assertThat(other.fingerprint()).isNotEqualTo(set("target.bits=4").fingerprint()));
    assertThat(set("target.bits=4", "seed=1").solvingFingerprint()).isNotEqualTo(solving);
    assertThat(set().solvingFingerprint()).as("no ladder").isNotEqualTo(solving);
  }
}
