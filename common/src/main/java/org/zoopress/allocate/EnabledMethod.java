package org.zoopress.allocate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.zoopress.config.Keys;
import org.zoopress.config.Settings;
import org.zoopress.method.Factors;
import org.zoopress.method.Method;
import org.zoopress.method.MethodId;
import org.zoopress.method.SharedObject;
import org.zoopress.method.SolveContext;
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
   * The same with what is known of the members besides their values; without effect on a method
   * that makes no use of it.
   */
  default List<List<Factors>> solve(List<WeightPartition> members, List<SolveContext> contexts) {
    return solve(members);
  }

  /** Whether known inputs change what is solved. */
  default boolean usesInputs() {
    return false;
  }

  /**
   * The methods for units that the settings enable, with their parameters.
   *
   * @param shared what was learned for the whole run, offered to the methods that know it
   */
  static List<EnabledMethod> of(Settings settings, List<SharedObject> shared) {
    List<EnabledMethod> enabled = new ArrayList<>();
    for (MethodId id : settings.get(Keys.METHODS)) {
      if (!id.solvesNetworks()) {
        enabled.add(MethodParameters.bind(id, settings, shared));
      }
    }
    return enabled;
  }

  /** The method that every tensor can fall back to. */
  static EnabledMethod lossless() {
    return MethodParameters.lossless();
  }

  /**
   * Applies a method for single partitions to each member; operating point k of the unit is point k
   * of every member, as far as all members have one: only kernels of some sizes have transforms.
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
      public boolean usesInputs() {
        return method.usesInputs();
      }

      @Override
      public List<List<Factors>> solve(List<WeightPartition> members) {
        return solve(members, Collections.nCopies(members.size(), SolveContext.NONE));
      }

      @Override
      public List<List<Factors>> solve(List<WeightPartition> members, List<SolveContext> contexts) {
        List<List<F>> solved = new ArrayList<>();
        for (int m = 0; m < members.size(); m++) {
          WeightPartition member = members.get(m);
          long own = seed ^ member.tensor().hashCode();
          solved.add(method.solve(member, params, own, contexts.get(m)));
        }
        // A point that pays for some members only is none of the unit.
        int common = solved.stream().mapToInt(List::size).min().orElse(0);
        List<List<Factors>> points = new ArrayList<>();
        for (int k = 0; k < common; k++) {
          List<Factors> bodies = new ArrayList<>();
          for (List<F> own : solved) {
            bodies.add(own.get(k));
          }
          points.add(bodies);
        }
        points.removeIf(point -> point.size() < members.size());
        return points;
      }
    };
  }
}
