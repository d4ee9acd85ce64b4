package org.zoopress.delta;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Groups tensors into families of near relatives: one base each, whose members are stored as
 * differences to it.
 *
 * <p>Greedy, in the order given: a tensor joins the nearest base whose estimated distance is at
 * most the limit, else it founds a family. Then each family takes as its base the member with the
 * least sum of distances to the others: copies of one original are as far from it as it is from
 * them, but twice as far from each other. A base that is stored already stays what it is.
 *
 * <p>Cost: a tensor is compared with at most {@value #MOST_COMPARED} bases of its kind, the nearest
 * ones in the first number of their sketches (in which relatives lie √64 times nearer than their
 * whole distance), so n tensors take O(n · {@value #MOST_COMPARED}) comparisons of 64 numbers
 * whatever they are; a base is chosen among the first {@value #MOST_COMPARED_MEMBERS} members.
 */
public final class Relatives {
  private static final int MOST_COMPARED = 1024;
  private static final int MOST_COMPARED_MEMBERS = 128;

  private Relatives() {}

  /**
   * A tensor to be grouped.
   *
   * @param kind only tensors of one kind can be relatives: dtype and shape, and what else matters
   * @param baseOnly whether it may be a base and nothing else, since it is stored already
   */
  public record Tensor(String key, String kind, TensorSketch sketch, boolean baseOnly) {}

  /**
   * A tensor's base.
   *
   * @param distance estimate of ‖W − B‖² / ‖W‖²
   */
  public record Base(String key, double distance) {}

  /**
   * @param tensors distinct by key; those that are bases only may stand anywhere and count as first
   * @param maxDistance relative squared distance up to which a difference is worth trying
   * @return for each tensor that has one its base, in the order of the tensors; a base has none
   */
  public static Map<String, Base> find(List<Tensor> tensors, double maxDistance) {
    Map<String, Roots> roots = new HashMap<>();
    Map<String, Family> families = new LinkedHashMap<>();
    for (Tensor tensor : tensors) {
      if (tensor.baseOnly()) {
        roots.computeIfAbsent(tensor.kind(), kind -> new Roots()).add(tensor);
        families.put(tensor.key(), new Family(tensor));
      }
    }
    for (Tensor tensor : tensors) {
      if (tensor.baseOnly()) {
        continue;
      }
      Roots ofKind = roots.computeIfAbsent(tensor.kind(), kind -> new Roots());
      Tensor nearest = ofKind.nearest(tensor, maxDistance);
      if (nearest == null) {
        ofKind.add(tensor);
        families.put(tensor.key(), new Family(tensor));
      } else {
        families.get(nearest.key()).members.add(tensor);
      }
    }
    Map<String, Base> found = new HashMap<>();
    families.values().forEach(family -> family.assign(maxDistance, found));
    Map<String, Base> ordered = new LinkedHashMap<>();
    for (Tensor tensor : tensors) {
      Base base = found.get(tensor.key());
      if (base != null) {
        ordered.put(tensor.key(), base);
      }
    }
    return ordered;
  }

  private static final class Family {
    private final Tensor founder;
    private final List<Tensor> members = new ArrayList<>();

    Family(Tensor founder) {
      this.founder = founder;
    }

    void assign(double maxDistance, Map<String, Base> found) {
      Tensor base = founder.baseOnly() || members.size() < 2 ? founder : medoid();
      List<Tensor> all = new ArrayList<>(members);
      all.add(founder);
      for (Tensor member : all) {
        if (!member.key().equals(base.key())) {
          double distance = member.sketch().relativeDistance(base.sketch(), maxDistance);
          if (distance <= maxDistance) {
            found.put(member.key(), new Base(base.key(), distance));
          }
        }
      }
    }

    private Tensor medoid() {
      List<Tensor> candidates = new ArrayList<>(List.of(founder));
      candidates.addAll(members.subList(0, Math.min(members.size(), MOST_COMPARED_MEMBERS)));
      return candidates.stream()
          .min(Comparator.comparingDouble(candidate -> sum(candidate, candidates)))
          .orElseThrow();
    }

    private static double sum(Tensor base, List<Tensor> members) {
      return members.stream()
          .mapToDouble(m -> m.sketch().relativeDistance(base.sketch(), Double.POSITIVE_INFINITY))
          .sum();
    }
  }

  /** The bases of one kind, by the first number of their sketches. */
  private static final class Roots {
    private final TreeMap<Double, List<Tensor>> byFirst = new TreeMap<>();

    void add(Tensor tensor) {
      byFirst.computeIfAbsent(tensor.sketch().first(), first -> new ArrayList<>()).add(tensor);
    }

    /** The nearest within the limit; null if there is none. */
    Tensor nearest(Tensor tensor, double maxDistance) {
      double first = tensor.sketch().first();
      Iterator<Map.Entry<Double, List<Tensor>>> above =
          byFirst.tailMap(first, true).entrySet().iterator();
      Iterator<Map.Entry<Double, List<Tensor>>> below =
          byFirst.headMap(first, false).descendingMap().entrySet().iterator();
      Map.Entry<Double, List<Tensor>> up = next(above);
      Map.Entry<Double, List<Tensor>> down = next(below);
      Tensor best = null;
      double limit = maxDistance;
      int compared = 0;
      while (compared < MOST_COMPARED && (up != null || down != null)) {
        boolean takeUp =
            down == null || (up != null && up.getKey() - first <= first - down.getKey());
        List<Tensor> next = takeUp ? up.getValue() : down.getValue();
        for (Tensor root : next) {
          compared++;
          if (tensor.sketch().isComparableWith(root.sketch())) {
            double distance = tensor.sketch().relativeDistance(root.sketch(), limit);
            if (best == null ? distance <= limit : distance < limit) {
              best = root;
              limit = distance;
            }
          }
        }
        if (takeUp) {
          up = next(above);
        } else {
          down = next(below);
        }
      }
      return best;
    }

    private static <T> T next(Iterator<T> iterator) {
      return iterator.hasNext() ? iterator.next() : null;
    }
  }
}
