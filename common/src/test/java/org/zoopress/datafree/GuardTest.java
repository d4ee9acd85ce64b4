package org.zoopress.datafree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.zoopress.method.secondorder.ConstantMember;
import org.zoopress.tensor.Shape;

class GuardTest {
  private static StoredNetwork network(float value) {
    return new StoredNetwork(Map.of("bias", ConstantMember.of(value, Shape.of(3))));
  }

  @Test
  void keepsWhatLowersTheDivergenceAndRefusesASabotagedFit() {
    StoredNetwork start = network(0);
    StoredNetwork better = network(1);
    StoredNetwork worse = network(2);
    StoredNetwork broken = network(3);
    StoredNetwork infinite = network(4);
    Map<StoredNetwork, Double> divergences = new HashMap<>();
    divergences.put(start, 0.2);
    divergences.put(better, 0.1);
    divergences.put(worse, 0.15);
    divergences.put(broken, Double.NaN);
    divergences.put(infinite, Double.POSITIVE_INFINITY);
    Guard guard = new Guard(network -> new Answers(divergences.get(network), 1), start);
    assertThat(guard.offer(better)).isTrue();
    assertThat(guard.offer(worse)).isFalse();
    assertThat(guard.offer(broken)).isFalse();
    assertThat(guard.offer(infinite)).isFalse();
    assertThat(guard.best()).isSameAs(better);
  }
}
