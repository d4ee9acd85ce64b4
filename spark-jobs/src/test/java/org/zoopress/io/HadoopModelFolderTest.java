package org.zoopress.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.error.BadModelException;
import org.zoopress.zoo.ByteSource;

/** No model reads outside of its zoo. */
class HadoopModelFolderTest {
  @TempDir Path folder;
  private Path zoo;
  private HadoopModelFolder models;

  @BeforeEach
  void open() throws IOException {
    zoo = Files.createDirectories(folder.resolve("zoo"));
    Files.writeString(folder.resolve("secret.txt"), "secret");
    Files.createDirectories(folder.resolve("zoo-beside"));
    Files.writeString(folder.resolve("zoo-beside/x.bin"), "secret");
    Files.createDirectories(zoo.resolve("sub/a:b %20#?"));
    Files.writeString(zoo.resolve("sub/a:b %20#?/größe.bin"), "0123456789");
    models =
        new HadoopModelFolder(new Configuration(), new org.apache.hadoop.fs.Path(zoo.toString()));
  }

  private String read(String path) throws IOException {
    try (ByteSource source = models.open(path)) {
      byte[] bytes = new byte[(int) source.length()];
      source.readFully(0, bytes, 0, bytes.length);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  @Test
  void filesAreReadByRanges() throws IOException {
    String path = "sub/a:b %20#?/größe.bin";
    assertThat(models.exists(path)).isTrue();
    try (ByteSource source = models.open(path)) {
      assertThat(source.path()).isEqualTo(path);
      assertThat(source.length()).isEqualTo(10);
      byte[] target = new byte[6];
      source.readFully(7, target, 2, 3);
      assertThat(target).containsExactly(0, 0, '7', '8', '9', 0);
      source.readFully(0, target, 0, 1);
      assertThat(target[0]).isEqualTo((byte) '0');
      assertThatThrownBy(() -> source.readFully(8, target, 0, 3)).isInstanceOf(EOFException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret.txt",
        "sub/../../secret.txt",
        "..",
        ".",
        "",
        "/etc/passwd",
        "//etc/passwd",
        "sub//x",
        "./sub",
        "sub/",
        "x\0y",
        "../zoo-beside/x.bin"
      })
  void pathsOutOfTheZooAreRefused(String path) {
    for (var access :
        new org.assertj.core.api.ThrowableAssert.ThrowingCallable[] {
          () -> models.open(path), () -> models.exists(path)
        }) {
      assertThatThrownBy(access)
          .isInstanceOf(BadModelException.class)
          .hasMessageStartingWith(
              "Cannot read %s: the path ", path.isEmpty() ? "''" : path.replace("\0", "\\0"))
          .hasMessageEndingWith(
              "Keep all files of a model inside the zoo and name them by relative paths.");
    }
  }

  @Test
  void linksOutOfTheZooAreRefusedAndLinksWithinAreNot() throws IOException {
    Files.createSymbolicLink(zoo.resolve("out.bin"), folder.resolve("secret.txt"));
    Files.createSymbolicLink(zoo.resolve("outside"), folder);
    Files.createSymbolicLink(zoo.resolve("beside"), folder.resolve("zoo-beside"));
    Files.createSymbolicLink(zoo.resolve("in.bin"), zoo.resolve("sub/a:b %20#?/größe.bin"));
    for (String path : new String[] {"out.bin", "outside/secret.txt", "beside/x.bin"}) {
      assertThatThrownBy(() -> read(path))
          .isInstanceOf(BadModelException.class)
          .hasMessageContaining("leads out of the zoo's folder");
    }
    assertThat(read("in.bin")).isEqualTo("0123456789");
  }

  @Test
  void theZooItselfMayBeALink() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), zoo);
    models =
        new HadoopModelFolder(new Configuration(), new org.apache.hadoop.fs.Path(link.toString()));
    assertThat(read("sub/a:b %20#?/größe.bin")).isEqualTo("0123456789");
    Files.createSymbolicLink(zoo.resolve("out.bin"), folder.resolve("secret.txt"));
    assertThatThrownBy(() -> read("out.bin")).isInstanceOf(BadModelException.class);
  }

  @Test
  void foldersAndMissingFilesAreErrors() throws IOException {
    assertThatThrownBy(() -> models.open("sub"))
        .isInstanceOf(BadModelException.class)
        .hasMessage("Cannot read sub: it is a folder. Name a file.");
    assertThat(models.exists("nothing")).isFalse();
    assertThatThrownBy(() -> models.open("nothing")).isInstanceOf(FileNotFoundException.class);
  }
}
