package org.zoopress.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zoopress.error.UserInputException;

/** Nights over a zoo that grows, changes and holds odd things. */
class ZooChangesTest {
  @TempDir Path folder;
  private Path zoo;
  private Path archive;

  @BeforeEach
  void folders() {
    zoo = folder.resolve("zoo");
    archive = folder.resolve("archive");
  }

  private List<String> night(String... settings) throws Exception {
    return Runs.compress(zoo, archive, null, settings).models().stream()
        .map(line -> line.model() + " " + line.status())
        .toList();
  }

  private void touch(String path, long millis) throws IOException {
    Files.setLastModifiedTime(zoo.resolve(path), FileTime.fromMillis(millis));
  }

  @Test
  void namesDoNotDependOnWhichFilesChanged() throws Exception {
    TestZoo.safetensors(zoo.resolve("a.safetensors"), TestZoo.network(1));
    assertThat(night()).containsExactly("a ok");
    TestZoo.checkpoint(zoo.resolve("a.pt"), TestZoo.network(2));
    List<String> both = List.of("a.pt ok", "a.safetensors ok");
    assertThat(night()).containsExactlyElementsOf(both);
    touch("a.pt", 1_000_000);
    assertThat(night()).as("one of them was touched").containsExactlyElementsOf(both);
    touch("a.safetensors", 1_000_000);
    assertThat(night()).as("the other was touched").containsExactlyElementsOf(both);
    assertThat(night()).as("nothing changed").containsExactlyElementsOf(both);
    Files.delete(zoo.resolve("a.pt"));
    assertThat(night()).containsExactly("a ok");
  }

  @Test
  void namesAreUniqueWhateverTheFilesAreCalled() throws Exception {
    for (String name : List.of("a.pt", "a.pt.pth", "a.ckpt")) {
      TestZoo.checkpoint(zoo.resolve(name), TestZoo.network(name.length()));
    }
    List<String> names = night();
    assertThat(names).containsExactly("a.ckpt ok", "a.pt ok", "a.pt.pth ok");
    assertThat(night()).isEqualTo(names);
  }

  @Test
  void aShardThatTwoIndexesShareIsWatchedByBoth() throws Exception {
    Files.createDirectories(zoo);
    TestZoo.sharded(zoo, "one", TestZoo.network(1));
    // The other model takes the second shard from the first.
    TestZoo.sharded(zoo, "two", TestZoo.network(1));
    Path index = zoo.resolve("two.safetensors.index.json");
    Files.writeString(
        index, Files.readString(index).replace("two-00002-of-00002", "one-00002-of-00002"));
    Files.delete(zoo.resolve("two-00002-of-00002.safetensors"));
    assertThat(night()).containsExactly("one ok", "two ok");
    touch("two-00001-of-00002.safetensors", 1_000_000);
    assertThat(night()).containsExactly("one ok", "two ok");
    Map<String, float[]> changed = TestZoo.network(9);
    Map<String, float[]> second = new java.util.LinkedHashMap<>();
    int count = 0;
    for (Map.Entry<String, float[]> tensor : changed.entrySet()) {
      if (count++ >= changed.size() / 2) {
        second.put(tensor.getKey(), tensor.getValue());
      }
    }
    Files.delete(zoo.resolve("one-00002-of-00002.safetensors"));
    TestZoo.safetensors(zoo.resolve("one-00002-of-00002.safetensors"), second);
    assertThat(night("methods", "lossless")).containsExactly("one ok", "two ok");
    assertThat(night()).containsExactly("one ok", "two ok");
    for (String model : List.of("one", "two")) {
      assertThat(Runs.open(archive, model).floats("fc.bias"))
          .as("bias of %s is kept lossless", model)
          .isEqualTo(changed.get("fc.bias:40"));
    }
  }

  @Test
  void nonFiniteTensorsStayLosslessAndSpoilNoFigure() throws Exception {
    Map<String, float[]> odd = TestZoo.network(3);
    odd.get("conv3.weight:32,32,3,3")[5] = Float.NaN;
    odd.get("conv2.weight:32,16,3,3")[6] = Float.NEGATIVE_INFINITY;
    TestZoo.safetensors(zoo.resolve("odd.safetensors"), odd);
    TestZoo.safetensors(zoo.resolve("plain.safetensors"), TestZoo.network(4));
    for (String[] target :
        new String[][] {
          {"target.ratio", "2"}, {"target.max-error", "0.05"}, {"scalar.trellis", "4"}
        }) {
      assertThat(night("scalar.bits", "6,4,3,2", target[0], target[1]))
          .containsExactly("odd ok", "plain ok");
      assertThat(Runs.open(archive, "odd").floats("conv3.weight"))
          .isEqualTo(odd.get("conv3.weight:32,32,3,3"));
      List<Object> row =
          Runs.query(
                  archive,
                  "SELECT relative_error, compression_ratio FROM runs ORDER BY committed_at DESC")
              .get(0);
      assertThat((double) row.get(0)).as(target[0]).isFinite().isBetween(0.0, 0.2);
      assertThat((double) row.get(1)).isGreaterThan(1.5);
    }
    assertThat(
            Runs.query(
                archive,
                "SELECT DISTINCT method, why_chosen FROM tensors WHERE model = 'odd' AND tensor = 'conv3.weight'"))
        .allSatisfy(
            cells ->
                assertThat(cells.toString())
                    .contains("lossless")
                    .contains("1 values are not finite"));
    List<String> failing = night("reader.non-finite", "fail", "scalar.bits", "5");
    assertThat(failing).containsExactly("odd failed", "plain ok");
    assertThat(Runs.verify(archive).tensorsFailed()).isZero();
  }

  @Test
  void theHeaderLimitHoldsForWhatIsKeptOfTheFileToo() throws Exception {
    Map<String, float[]> many = new java.util.LinkedHashMap<>();
    for (int i = 0; i < 60; i++) {
      many.put("layer.%d.weight:1".formatted(i), new float[] {i});
    }
    TestZoo.safetensors(zoo.resolve("many.safetensors"), many);
    CompressReport failed = Runs.compress(zoo, archive, "small", "reader.max-header-bytes", "1k");
    assertThat(failed.modelsFailed()).isEqualTo(1);
    assertThat(failed.models().get(0).reason()).contains("many.safetensors");
    assertThat(Runs.compress(zoo, archive, "large", "reader.max-header-bytes", "1m").modelsOk())
        .isEqualTo(1);
  }

  @Test
  void tooManyFailuresMakeNothingVisible() throws Exception {
    TestZoo.safetensors(zoo.resolve("a.safetensors"), TestZoo.network(1));
    Files.writeString(zoo.resolve("b.safetensors"), "<!DOCTYPE html>", StandardCharsets.UTF_8);
    assertThatThrownBy(() -> night("run.max-failed-models", "0"))
        .isInstanceOf(UserInputException.class)
        .hasMessageStartingWith(
            "Cannot commit the run: 1 of 2 models failed, more than run.max-failed-models=0 allows. The first: ")
        .hasMessageContaining("b.safetensors");
    assertThat(Runs.files(archive.resolve("_commits"))).isEmpty();
    assertThat(Runs.files(archive.resolve("models"))).isEmpty();
    assertThat(night()).containsExactly("a ok", "b failed");
  }

  @Test
  void tensorsOfAnySizeAndNamesOfAnyKindComeBack() throws Exception {
    Map<String, float[]> odd = new java.util.LinkedHashMap<>();
    odd.put("a/b=c %20:3", new float[] {1, 2, 3});
    odd.put("größe.重み:2,2", new float[] {1, 2, 3, 4});
    odd.put("empty:0,4", new float[0]);
    odd.put("rank5:2,3,4,3,3", TestZoo.gaussian(new java.util.SplittableRandom(1), 216, 1));
    odd.put("zeros:64,64", new float[4096]);
    odd.put("embedding:3000,16", TestZoo.gaussian(new java.util.SplittableRandom(2), 48000, 1));
    TestZoo.safetensors(zoo.resolve("a=b/größe %41.safetensors"), odd);
    assertThat(night("partition.max-bytes", "64k", "keep.min-elements", "0"))
        .containsExactly("a=b/größe %41 ok");
    Runs.restore(archive, "a=b/größe %41", folder.resolve("x.safetensors"), null);
    assertThat(Runs.tensors(archive, "a=b/größe %41").keySet())
        .containsExactlyInAnyOrder("a/b=c %20", "größe.重み", "empty", "rank5", "zeros", "embedding");
    assertThat(Runs.open(archive, "a=b/größe %41").floats("zeros")).containsOnly(0f);
    assertThat(Runs.query(archive, "SELECT parts FROM tensors WHERE tensor = 'embedding'"))
        .containsExactly(List.of(3));
    assertThat(Runs.verify(archive).tensorsFailed()).isZero();
  }
}
