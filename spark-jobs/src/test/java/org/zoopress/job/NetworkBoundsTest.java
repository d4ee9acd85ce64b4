package org.zoopress.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.zoopress.config.Settings;
import org.zoopress.error.UserInputException;
import org.zoopress.network.MultiplyAccumulates;
import org.zoopress.network.Network;
import org.zoopress.network.NetworkLayers;
import org.zoopress.network.NetworkReader;
import org.zoopress.zoo.LocalModelFolder;
import org.zoopress.zoo.ModelReaders;
import org.zoopress.zoo.ReaderLimits;

/** Networks that are refused before anything is computed. */
class NetworkBoundsTest {
  private static Network shipped() throws Exception {
    LocalModelFolder folder = new LocalModelFolder(Runs.datasets().resolve("zoo"));
    return NetworkReader.read(
        folder,
        ModelReaders.readHeader(folder, "glyph-resnet-a.onnx", ReaderLimits.DEFAULT),
        ReaderLimits.DEFAULT);
  }

  @Test
  void workIsThreePassesOfAllProbesInAllSteps() throws Exception {
    Network network = shipped();
    Settings few =
        TestZoo.settings(
            "second-order.probes", "30",
            "second-order.held-out", "10",
            "second-order.probe-steps", "7");
    long once = MultiplyAccumulates.of(network, NetworkLayers.of(network)).total();
    assertThat(NetworkBounds.work(network, few)).isCloseTo(3.0 * once * 40 * 7, within(0.5));
    NetworkBounds.check(network, few);
    assertThatThrownBy(
            () -> NetworkBounds.check(network, TestZoo.settings("second-order.max-work", "1e6")))
        .isInstanceOf(UserInputException.class)
        .hasMessageMatching(
            "it takes about [0-9.]+e\\+\\d+ multiply-accumulates to make its probes, more than"
                + " second-order.max-work=1.0e\\+06; lower second-order.probes or raise"
                + " second-order.max-work");
  }

  @Test
  void aFixedBatchIsRefused() {
    Network fixed =
        new Network(
            "net.onnx",
            List.of(),
            List.of(new Network.Input("x", List.of(1L, 3L, 8L, 8L))),
            List.of("y"),
            Map.of(),
            Map.of());
    assertThatThrownBy(() -> NetworkBounds.check(fixed, TestZoo.settings()))
        .isInstanceOf(UserInputException.class)
        .hasMessage("its batch is fixed to 1; export it with a free batch");
  }
}
