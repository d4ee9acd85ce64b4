package org.zoopress.allocate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zoopress.config.Keys;
import org.zoopress.config.Settings;
import org.zoopress.method.Factors;
import org.zoopress.method.Method;
import org.zoopress.method.MethodId;
import org.zoopress.method.SharedObject;
import org.zoopress.tensor.WeightPartition;

/** A method with its parameters bound, applied to units of one or more partitions. */
interface EnabledMethod {

  /** Which method. */
  MethodId id();

  /** Why it cannot be applied to some member, empty if it can. */
  Optional<String> refusal(List<WeightPartition> members);

  /** For each operating point the factors that cover all members. */
  List<List<Factors>> solve(List<WeightPartition> members);

  /**
   * The methods that the settings enable, with their parameters.
   *
   * @param shared what was learned for the whole run, offered to the methods that know it
   */
  static List<EnabledMethod> of(Settings settings, List<SharedObject> shared) {
    List<EnabledMethod> enabled = new ArrayList<>();
    for (MethodId id : settings.get(Keys.METHODS)) {
      enabled.add(MethodParameters.bind(id, settings, shared));
    }
    return enabled;
  }

  /** The method that every tensor can fall back to. */
  static EnabledMethod lossless() {
    return MethodParameters.lossless();
  }

  /**
   * Applies a method for single partitions to each member; operating point k of the unit is point k
   * of every member, as far as all have one.
   */
  static <P, F extends Factors> EnabledMethod single(Method<P, F> method, P params, long seed) {
    return new EnabledMethod() {
      @Override
      public MethodId id() {
        return method.id();
      }

      @Override
      public Optional<String> refusal(List<WeightPartition> members) {
        return members.stream().flatMap(m -> method.refusal(m, params).stream()).findFirst();
      }

      @Override
      public List<List<Factors>> solve(List<WeightPartition> members) {
        List<List<Factors>> points = new ArrayList<>();
        for (WeightPartition member : members) {
          List<F> solved = method.solve(member, params, seed ^ member.tensor().hashCode());
          for (int k = 0; k < solved.size(); k++) {
            if (points.size() <= k) {
              points.add(new ArrayList<>());
            }
            points.get(k).add(solved.get(k));
          }
        }
        points.removeIf(point -> point.size() < members.size());
        return points;
      }
    };
  }
}
