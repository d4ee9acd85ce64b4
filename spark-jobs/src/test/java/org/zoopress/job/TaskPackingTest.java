package org.zoopress.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every item in exactly one task, and no task much heavier than it must be. */
class TaskPackingTest {
  private static Stream<Long> seeds() {
    return LongStream.range(0, 100).boxed();
  }

  private record Item(int number, long bytes) {}

  private static long weight(List<Item> task) {
    return task.stream().mapToLong(item -> item.bytes() + 1024).sum();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void itemsAreSpreadEvenly(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Item> items = new ArrayList<>();
    for (int i = random.nextInt(1, 200); i > 0; i--) {
      items.add(new Item(i, random.nextInt(4) == 0 ? 0 : random.nextLong(10_000_000)));
    }
    int wanted = random.nextInt(1, 20);
    List<List<Item>> tasks = TaskPacking.pack(items, Item::bytes, wanted);
    assertThat(tasks).hasSize(Math.min(wanted, items.size())).allMatch(task -> !task.isEmpty());
    assertThat(tasks.stream().flatMap(List::stream).toList())
        .containsExactlyInAnyOrderElementsOf(items);
    long total = items.stream().mapToLong(item -> item.bytes() + 1024).sum();
    long biggest = items.stream().mapToLong(item -> item.bytes() + 1024).max().getAsLong();
    long heaviest = tasks.stream().mapToLong(TaskPackingTest::weight).max().getAsLong();
    // Any list schedule: the task that ends last began its last item before total/n.
    assertThat((double) heaviest).isLessThanOrEqualTo((double) total / tasks.size() + biggest);
    assertThat(tasks.get(0).get(0).bytes())
        .as("the biggest item starts first")
        .isEqualTo(items.stream().mapToLong(Item::bytes).max().getAsLong());
    assertThat(TaskPacking.pack(items, Item::bytes, wanted)).as("again").isEqualTo(tasks);
  }

  @Test
  void emptyTensorsAreSpreadToo() {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      items.add(new Item(i, 0));
    }
    assertThat(TaskPacking.pack(items, Item::bytes, 8)).hasSize(8).allMatch(t -> t.size() == 5);
  }

  @Test
  void theNumberOfTasksFollowsBytesAndCores() {
    assertThat(TaskPacking.tasks(0, 16, 2, 0)).isEqualTo(8);
    assertThat(TaskPacking.tasks(1601, 16, 2, 0)).isEqualTo(101);
    assertThat(TaskPacking.tasks(1L << 50, 1, 2, 0)).isEqualTo(100_000);
    assertThat(TaskPacking.tasks(1L << 50, 1, 2, 3)).isEqualTo(3);
    assertThat(TaskPacking.pack(List.of(), Object::hashCode, 4)).isEmpty();
  }
}
