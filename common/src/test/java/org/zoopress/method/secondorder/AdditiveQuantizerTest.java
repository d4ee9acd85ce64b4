package org.zoopress.method.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zoopress.coding.AdaptiveIntegers;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.ColumnLayout;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.additive.CodeShape;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/** Layers of codewords. */
class AdditiveQuantizerTest {
  private static final LayerSettings STEP = LayerSettings.ofStep(0.02);

  private static AdditiveSettings settings(BlockKind kind) {
    return AdditiveSettings.of(new CodeShape(2, 16, 9), kind);
  }

  private static List<AdditiveTraining.Layer> network() {
    List<AdditiveTraining.Layer> layers = new ArrayList<>();
    for (int layer = 0; layer < 3; layer++) {
      LayerProblem problem = Kernels.convolution(24, 9, 10 * layer);
      layers.add(
          new AdditiveTraining.Layer(
              problem, layer == 1 ? STEP : STEP.withTransform(Kernels.cosine())));
    }
    LayerProblem matrix = LayerProblem.ofWeights(Shape.of(10, 18), Kernels.gaussian(180, 0.1, 7));
    layers.add(new AdditiveTraining.Layer(matrix, STEP));
    return layers;
  }

  private static List<CodedLayer> coded(AdditiveQuantizer quantizer) {
    return network().stream().map(l -> quantizer.quantize(l.problem(), l.settings())).toList();
  }

  private static List<Shape> shapes(List<CodedLayer> layers) {
    return layers.stream().map(CodedLayer::storedShape).toList();
  }

  private static byte[] stored(List<CodedLayer> layers) {
    ByteWriter out = new ByteWriter();
    NetworkFactors.of(List.copyOf(layers), shapes(layers), "").write(out);
    return out.toByteArray();
  }

  private static NetworkFactors read(byte[] stored, List<Shape> shapes) {
    return new SecondOrderMethod().read(new ByteReader(stored), shapes);
  }

  @ParameterizedTest
  @EnumSource(BlockKind.class)
  void blocksHoldEachColumnOnce(BlockKind kind) {
    for (ColumnLayout columns :
        List.of(
            new ColumnLayout(3, 16, 9), new ColumnLayout(2, 7, 25), new ColumnLayout(5, 20, 1))) {
      BlockLayout blocks = new BlockLayout(columns, kind, 8);
      boolean[] seen = new boolean[columns.columns()];
      for (int block = 0; block < blocks.blocks(); block++) {
        assertThat(blocks.start(block + 1) - blocks.start(block)).isBetween(1, 8);
        for (int place = blocks.start(block); place < blocks.start(block + 1); place++) {
          assertThat(seen[blocks.column(place)]).isFalse();
          seen[blocks.column(place)] = true;
        }
      }
      assertThat(blocks.start(blocks.blocks())).isEqualTo(columns.columns());
    }
  }

  @Test
  void aBlockOfAKernelHasAllItsFrequencies() {
    ColumnLayout square = new ColumnLayout(2, 9, 9);
    BlockLayout kernels = new BlockLayout(square, BlockKind.KERNEL, 9);
    BlockLayout frequencies = new BlockLayout(square, BlockKind.FREQUENCY, 9);
    for (int i = 0; i < 9; i++) {
      assertThat(kernels.column(kernels.start(2) + i)).isEqualTo(9 * i + 2);
      assertThat(frequencies.column(frequencies.start(2) + i)).isEqualTo(18 + i);
    }
  }

  @ParameterizedTest
  @EnumSource(BlockKind.class)
  void whatIsStoredIsWhatTheQuantizerMeant(BlockKind kind) {
    AdditiveQuantizer quantizer = AdditiveTraining.train(network(), settings(kind));
    List<CodedLayer> layers = new ArrayList<>(coded(quantizer));
    assertThat(layers).allMatch(layer -> layer instanceof AdditiveLayer);
    layers.set(3, layers.get(3).inputsFirst());
    byte[] stored = stored(layers);
    NetworkFactors read = read(stored, shapes(layers));
    assertThat(read.operatingPoint()).isEqualTo("layers=4");
    for (int i = layers.size() - 1; i >= 0; i--) {
      assertThat(read.restore(i, DType.F32)).isEqualTo(layers.get(i).restore(DType.F32));
    }
    double bits = layers.stream().mapToDouble(CodedLayer::bits).sum();
    assertThat(8.0 * (stored.length - quantizer.codebooks().bytes()))
        .isBetween(0.9 * bits, 1.1 * bits + 8 * 140);
    assertThat(stored(new ArrayList<>(layers))).isEqualTo(stored);
  }

  @Test
  void equalSeedsGiveEqualBytes() {
    byte[] first = stored(coded(AdditiveTraining.train(network(), settings(BlockKind.KERNEL))));
    byte[] second = stored(coded(AdditiveTraining.train(network(), settings(BlockKind.KERNEL))));
    assertThat(second).isEqualTo(first);
  }

  /** ‖(τ − c)·A‖² of the blocks adds up to tr(E H Eᵀ), but for the damping of H. */
  @Test
  void errorsOfBlocksAddUpToTheErrorOfOutputs() {
    LayerProblem problem = Kernels.convolution(16, 6, 3);
    LayerSettings settings = new LayerSettings(0.02, 0.6, STEP.trellis(), 1e-9, STEP.transform());
    List<AdditiveTraining.Layer> layers = List.of(new AdditiveTraining.Layer(problem, settings));
    AdditiveQuantizer quantizer = AdditiveTraining.train(layers, settings(BlockKind.KERNEL));
    double[] sum = new double[1];
    CodedLayer layer =
        quantizer.quantize(
            problem,
            settings,
            (aims, metric, size, codes) -> {
              float[] decoded = quantizer.codebooks().values().decode(codes);
              for (int from = 0; from < decoded.length; from += 9) {
                for (int l = 0; l < 9; l++) {
                  double value = 0;
                  for (int k = 0; k <= l; k++) {
                    value += decoded[from + k] * metric[k * 9 + l];
                  }
                  sum[0] += Math.pow(aims[from + l] - value, 2);
                }
              }
            });
    BlockLayout blocks = AdditiveQuantizer.blocks(problem, settings(BlockKind.KERNEL));
    double unit = new BlockProblem(problem, settings, blocks).unit();
    double trace = 0;
    for (int i = 0; i < 54; i++) {
      trace += problem.gram()[0][i * 55] / 54;
    }
    double error = Kernels.outputError(problem, layer.restored());
    assertThat(sum[0] * unit * unit * trace / error).isCloseTo(1, within(1e-3));
  }

  @Test
  void feedbackLowersTheErrorOfOutputs() {
    LayerProblem problem = Kernels.convolution(48, 12, 5);
    LayerProblem alone = LayerProblem.ofWeights(problem.shape(), problem.target());
    double[] errors = new double[2];
    double[] bits = new double[2];
    for (int i = 0; i < 2; i++) {
      LayerProblem solved = i == 0 ? alone : problem;
      List<AdditiveTraining.Layer> layers = List.of(new AdditiveTraining.Layer(solved, STEP));
      AdditiveSettings settings = AdditiveSettings.of(new CodeShape(2, 64, 9), BlockKind.KERNEL);
      LayerSettings free = STEP.withRateWeight(0);
      CodedLayer layer = AdditiveTraining.train(layers, settings).quantize(solved, free);
      errors[i] = Kernels.outputError(problem, layer.restored());
      bits[i] = layer.bits();
    }
    assertThat(errors[1]).isLessThan(0.7 * errors[0]);
    assertThat(bits[1]).isLessThan(1.1 * bits[0]);
  }

  @Test
  void groupsHaveMetricsOfTheirOwn() {
    Shape shape = Shape.of(16, 4, 3, 3);
    double[][] grams = {Kernels.correlated(36, 1), Kernels.correlated(36, 2)};
    LayerProblem problem = new LayerProblem(shape, 2, Kernels.gaussian(576, 0.05, 3), grams);
    List<AdditiveTraining.Layer> layers = List.of(new AdditiveTraining.Layer(problem, STEP));
    AdditiveQuantizer quantizer = AdditiveTraining.train(layers, settings(BlockKind.KERNEL));
    List<CodedLayer> coded = List.of(quantizer.quantize(problem, STEP));
    assertThat(read(stored(coded), shapes(coded)).restore(0, DType.F32))
        .isEqualTo(coded.get(0).restore(DType.F32));
    double energy = Kernels.outputError(problem, new float[576]);
    assertThat(Kernels.outputError(problem, coded.get(0).restored())).isLessThan(0.5 * energy);
  }

  @Test
  void zerosAndLayersThatDoNotFitAreQuantizedToo() {
    AdditiveQuantizer quantizer = AdditiveTraining.train(network(), settings(BlockKind.FREQUENCY));
    LayerProblem thin = Kernels.convolution(8, 3, 1);
    assertThat(quantizer.quantize(thin, STEP)).isInstanceOf(QuantizedLayer.class);
    LayerProblem zeros = LayerProblem.ofWeights(Shape.of(4, 9), new float[36]);
    for (float value : quantizer.quantize(zeros, STEP).restored()) {
      assertThat(value).isCloseTo(0, within(1f));
    }
    assertThatThrownBy(() -> new AdditiveTraining(settings(BlockKind.KERNEL)).start())
        .hasMessage("no layer has vectors of 9 numbers");
  }

  @Test
  void layersOfOneNetworkShareTheirCodebooks() {
    List<CodedLayer> layers =
        new ArrayList<>(coded(AdditiveTraining.train(network(), settings(BlockKind.KERNEL))));
    AdditiveSettings other = AdditiveSettings.of(new CodeShape(2, 8, 9), BlockKind.KERNEL);
    layers.set(0, coded(AdditiveTraining.train(network(), other)).get(0));
    assertThatThrownBy(() -> stored(layers))
        .hasMessage("layers of one network with different codebooks");
  }

  @Test
  void damagedBytesAreReportedOrGiveOtherValuesSeed1() {
    List<CodedLayer> layers = coded(AdditiveTraining.train(network(), settings(BlockKind.KERNEL)));
    byte[] good = stored(layers);
    SplittableRandom random = new SplittableRandom(1);
    for (int trial = 0; trial < 300; trial++) {
      byte[] bad = trial % 5 == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
      if (bad.length == good.length) {
        bad[random.nextInt(good.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        NetworkFactors read = read(bad, shapes(layers));
        for (int i = 0; i < layers.size(); i++) {
          assertThat(read.restore(i, DType.F32)).hasSize(4 * (int) layers.get(i).elements());
        }
      } catch (CorruptDataException expected) {
        assertThat(expected).hasMessageMatching("(?s).+");
      }
    }
  }

  /** Bytes that no encoder writes, each with what is said of them. */
  @Test
  void craftedBytesAreRefused() {
    byte[] codebooks =
        AdditiveTraining.train(network(), settings(BlockKind.KERNEL)).codebooks().stored();
    Shape matrix = Shape.of(4, 18);
    assertCrafted(matrix, "unknown kind 2 of blocks", 2, codebooks);
    assertCrafted(Shape.of(4, 2), "vectors of 9 numbers for weights of 4x2", 0, codebooks);
    byte[] many = codebooks.clone();
    many[1] = 9;
    assertCrafted(matrix, "number of codebooks is 9", 0, many);
    byte[] longer = Arrays.copyOf(codebooks, codebooks.length + 1);
    assertThatThrownBy(() -> NetworkCodebooks.read(longer))
        .isInstanceOf(CorruptDataException.class);
    assertCrafted(Shape.of(0, 18), "quantized weights of shape 0x18", 0, codebooks);
    byte[] crafted = crafted(0, codebooks, new byte[] {3});
    NetworkFactors read = read(crafted, List.of(matrix));
    assertThatThrownBy(() -> read.restore(0, DType.F32))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("unknown form of codes 3");
  }

  private static void assertCrafted(Shape shape, String message, int kind, byte[] codebooks) {
    byte[] crafted = crafted(kind, codebooks, new byte[0]);
    assertThatThrownBy(() -> read(crafted, List.of(shape)))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage(message);
  }

  private static byte[] crafted(int kind, byte[] codebooks, byte[] codes) {
    AdaptiveIntegers.Writer header = new AdaptiveIntegers.Writer();
    header.write(NetworkHeader.MEMBER, MemberKind.ADDITIVE.ordinal());
    header.write(NetworkHeader.INPUTS_FIRST, 0);
    header.write(NetworkHeader.BLOCK_KIND, kind);
    header.write(NetworkHeader.FIRST_STEP, 0);
    header.write(NetworkHeader.SCALED_GROUPS, 0);
    ByteWriter out = new ByteWriter();
    out.writeVarint(0);
    out.writeBlob(header.finish());
    out.writeBlob(codebooks);
    out.writeBlob(codes);
    return out.toByteArray();
  }
}
