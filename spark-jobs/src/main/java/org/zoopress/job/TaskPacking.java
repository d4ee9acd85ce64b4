package org.zoopress.job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.ToLongFunction;

/**
 * Packs work items into tasks: biggest first, each to the task that has least so far (longest
 * processing time first, at most 4/3 of the best makespan). Small tensors of many models end up
 * together; the task with the biggest item starts first.
 */
final class TaskPacking {
  private TaskPacking() {}

  private record Bin(int number, long bytes) {}

  /**
   * @param tasks number of tasks wanted; fewer come back if there are fewer items
   * @return the tasks, none empty, the one with the biggest item first
   */
  static <T> List<List<T>> pack(List<T> items, ToLongFunction<T> size, int tasks) {
    int count = Math.max(1, Math.min(tasks, items.size()));
    List<T> sorted = new ArrayList<>(items);
    // Stable: equal sizes keep their order, so that packing is the same every time.
    sorted.sort(Comparator.comparingLong(size).reversed());
    List<List<T>> bins = new ArrayList<>();
    PriorityQueue<Bin> lightest =
        new PriorityQueue<>(Comparator.comparingLong(Bin::bytes).thenComparingInt(Bin::number));
    for (int i = 0; i < count; i++) {
      bins.add(new ArrayList<>());
      lightest.add(new Bin(i, 0));
    }
    for (T item : sorted) {
      Bin bin = lightest.poll();
      bins.get(bin.number()).add(item);
      // Even an empty tensor costs something: without the constant they would all go to one task.
      lightest.add(new Bin(bin.number(), bin.bytes() + size.applyAsLong(item) + 1024));
    }
    bins.removeIf(List::isEmpty);
    return bins;
  }

  /**
   * Number of tasks for so many bytes: enough to balance all cores, few enough that tasks are worth
   * starting.
   */
  static int tasks(long bytes, long taskBytes, int parallelism, int forced) {
    if (forced > 0) {
      return forced;
    }
    long byBytes = (bytes + taskBytes - 1) / Math.max(1, taskBytes);
    return (int) Math.min(100_000, Math.max(byBytes, 4L * parallelism));
  }
}
