package org.zoopress.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A restored model appears whole or not at all. */
class HadoopFilesTest {
  @TempDir Path folder;

  private HadoopFiles files() throws IOException {
    return new HadoopFiles(
        new Configuration(),
        new org.apache.hadoop.fs.Path(folder.resolve("to").toUri()),
        path -> "x/" + path);
  }

  private List<String> found() throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void filesAppearWhenAllAreComplete() throws IOException {
    try (HadoopFiles files = files()) {
      try (OutputStream out = files.create("a")) {
        out.write(new byte[] {1, 2});
        out.write(3);
      }
      try (OutputStream out = files.create("b")) {
        out.write(new byte[5], 1, 2);
      }
      assertThat(folder.resolve("to/x/a")).doesNotExist();
      files.complete();
    }
    assertThat(found()).containsExactly("to/x/a", "to/x/b");
    assertThat(folder.resolve("to/x/a")).hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(folder.resolve("to/x/b")).hasBinaryContent(new byte[2]);
  }

  @Test
  void afterAnErrorNothingIsLeft() throws IOException {
    try (HadoopFiles files = files()) {
      try (OutputStream out = files.create("a")) {
        out.write(1);
      }
      OutputStream torn = files.create("b");
      torn.write(1);
    }
    assertThat(found()).isEmpty();
  }

  @Test
  void aFileThatWasThereIsReplacedAtTheEndOnly() throws IOException {
    Files.createDirectories(folder.resolve("to/x"));
    Files.writeString(folder.resolve("to/x/a"), "old");
    try (HadoopFiles files = files()) {
      try (OutputStream out = files.create("a")) {
        out.write('n');
      }
      assertThat(folder.resolve("to/x/a")).hasContent("old");
      files.complete();
    }
    assertThat(folder.resolve("to/x/a")).hasContent("n");
  }
}
