package org.zoopress.allocate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zoopress.method.Factors;
import org.zoopress.method.MethodId;
import org.zoopress.method.dictionarypair.DictionaryPair;
import org.zoopress.method.dictionarypair.DictionaryPairFactors;
import org.zoopress.method.dictionarypair.DictionaryPairParams;
import org.zoopress.tensor.WeightPartition;

/** The dictionary pair on units of several layers: all members of a unit share one dictionary. */
record SharedDictionaryPair(DictionaryPairParams params, long seed) implements EnabledMethod {
  private static final DictionaryPair METHOD = new DictionaryPair();

  @Override
  public MethodId id() {
    return METHOD.id();
  }

  @Override
  public Optional<String> refusal(List<WeightPartition> members) {
    return members.stream().flatMap(m -> METHOD.refusal(m, params).stream()).findFirst();
  }

  @Override
  public List<List<Factors>> solve(List<WeightPartition> members) {
    List<List<Factors>> points = new ArrayList<>();
    long unitSeed = seed ^ members.get(0).tensor().hashCode();
    for (DictionaryPairFactors factors : METHOD.solveShared(members, params, unitSeed)) {
      points.add(List.of(factors));
    }
    return points;
  }
}
