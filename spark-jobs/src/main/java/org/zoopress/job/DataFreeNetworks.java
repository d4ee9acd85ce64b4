package org.zoopress.job;

import java.io.IOException;
import java.util.Optional;
import org.zoopress.config.Keys;
import org.zoopress.config.Settings;
import org.zoopress.datafree.DataFreeSettings;
import org.zoopress.datafree.DataFreeSettings.Normalizations;
import org.zoopress.datafree.NetworkSolution;
import org.zoopress.datafree.NetworkSolver;
import org.zoopress.method.additive.CodeShape;
import org.zoopress.method.secondorder.AdditiveSettings;
import org.zoopress.method.secondorder.BlockKind;
import org.zoopress.network.NetworkReader;
import org.zoopress.zoo.ReaderLimits;

/** Compresses networks without data, by {@code org.zoopress.datafree}. */
final class DataFreeNetworks implements NetworkMethod {
  private static final long serialVersionUID = 1L;

  @Override
  public NetworkSolution solve(Work work) throws IOException {
    NetworkBounds.check(
        NetworkReader.read(work.folder(), work.header(), ReaderLimits.DEFAULT), work.settings());
    try (NetworkSolver solver =
        NetworkSolver.open(
            work.folder(),
            work.header(),
            work.keep(),
            settings(work.settings()),
            work.samples(),
            work.cache(),
            work.progress())) {
      return work.goal().payloadBytes().isPresent()
          ? solver.solve(work.goal())
          : solver.within(work.settings().get(Keys.SECOND_ORDER_MAX_DIVERGENCE));
    }
  }

  private static DataFreeSettings settings(Settings settings) {
    return new DataFreeSettings(
        settings.get(Keys.SECOND_ORDER_PROBES),
        settings.get(Keys.SECOND_ORDER_HELD_OUT),
        settings.get(Keys.SECOND_ORDER_PROBE_STEPS),
        settings.get(Keys.SECOND_ORDER_MEMORY),
        settings.get(Keys.SECOND_ORDER_NORMALIZATION).equals("fold")
            ? Normalizations.FOLDED
            : Normalizations.KEPT,
        settings.get(Keys.SECOND_ORDER_RATE_WEIGHT),
        settings.get(Keys.SECOND_ORDER_DAMPING),
        DataFreeSettings.DEFAULT.trellis(),
        codewords(settings),
        settings.get(Keys.SECOND_ORDER_CORRECTION),
        settings.get(Keys.SECOND_ORDER_SIDE_BITS),
        settings.get(Keys.SECOND_ORDER_DISTILLATION_STEPS),
        DataFreeSettings.DEFAULT.distillationRate(),
        DataFreeSettings.DEFAULT.temperature(),
        settings.get(Keys.SECOND_ORDER_PASSES),
        settings.get(Keys.SEED),
        DataFreeSettings.DEFAULT.ideas());
  }

  private static Optional<AdditiveSettings> codewords(Settings settings) {
    if (!settings.get(Keys.SECOND_ORDER_QUANTIZER).equals("additive")) {
      return Optional.empty();
    }
    CodeShape shape = settings.get(Keys.SECOND_ORDER_CODEBOOKS);
    return Optional.of(
        AdditiveSettings.of(shape, BlockKind.of(shape.dimension()))
            .withSeed(settings.get(Keys.SEED)));
  }
}
