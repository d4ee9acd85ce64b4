package org.zoopress.job;

import java.util.Locale;
import org.zoopress.config.Keys;
import org.zoopress.config.Settings;
import org.zoopress.error.UserInputException;
import org.zoopress.network.MultiplyAccumulates;
import org.zoopress.network.Network;
import org.zoopress.network.NetworkLayers;

/** Which networks are compressed as a whole, as far as their graphs tell. */
final class NetworkBounds {
  /**
   * A step computes answers, and gradients by values and by weights at about the same cost each.
   */
  private static final double COSTS_OF_A_STEP = 3;

  private NetworkBounds() {}

  /**
   * Looks before anything is computed.
   *
   * @throws UserInputException if probes cannot be fed together, or making them takes more than
   *     {@code second-order.max-work}
   */
  static void check(Network network, Settings settings) {
    for (Network.Input input : network.inputs()) {
      if (!input.dims().isEmpty() && input.dims().get(0) > 0) {
        throw new UserInputException(
            "its batch is fixed to %d; export it with a free batch".formatted(input.dims().get(0)));
      }
    }
    double work = work(network, settings);
    double most = settings.get(Keys.SECOND_ORDER_MAX_WORK);
    if (work > most) {
      throw new UserInputException(
          String.format(
              Locale.ROOT,
              "it takes about %.2g multiply-accumulates to make its probes, more than"
                  + " second-order.max-work=%.2g; lower second-order.probes or raise"
                  + " second-order.max-work",
              work,
              most));
    }
  }

  /** Multiply-accumulates of making all probes, about. */
  static double work(Network network, Settings settings) {
    double samples =
        (double) settings.get(Keys.SECOND_ORDER_PROBES) + settings.get(Keys.SECOND_ORDER_HELD_OUT);
    double steps = Math.max(1, settings.get(Keys.SECOND_ORDER_PROBE_STEPS));
    double once = MultiplyAccumulates.of(network, NetworkLayers.of(network)).total();
    return COSTS_OF_A_STEP * once * samples * steps;
  }
}
