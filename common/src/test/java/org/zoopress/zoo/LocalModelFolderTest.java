package org.zoopress.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zoopress.error.BadModelException;

class LocalModelFolderTest {
  @TempDir Path top;
  private Path zoo;
  private LocalModelFolder folder;

  @BeforeEach
  void makeZoo() throws IOException {
    zoo = Files.createDirectories(top.resolve("zoo"));
    Files.write(Files.createDirectories(zoo.resolve("a b=%ü")).resolve("x"), new byte[] {1, 2, 3});
    Files.write(top.resolve("secret"), new byte[] {9});
    folder = new LocalModelFolder(zoo);
  }

  @Test
  void readsRangesOfFilesWithAnyName() throws IOException {
    try (ByteSource source = folder.open("a b=%ü/x")) {
      byte[] target = new byte[4];
      source.readFully(1, target, 1, 2);
      assertThat(target).containsExactly(0, 2, 3, 0);
      assertThat(source.length()).isEqualTo(3);
      assertThatThrownBy(() -> source.readFully(2, target, 0, 2)).isInstanceOf(EOFException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "../secret, leads upwards by '..'",
    "a/../../secret, leads upwards by '..'",
    "/etc/passwd, the path is absolute",
    "a//x, empty name or '.'",
    "./x, empty name or '.'",
    "a\\x, backslash",
    "missing, there is no such file",
    "a b=%ü, it is not a regular file"
  })
  void pathsMustNameFilesInside(String path, String message) {
    assertThatThrownBy(() -> folder.open(path))
        .isInstanceOf(BadModelException.class)
        .hasMessageContaining(message);
  }

  @Test
  void linksMayNotLeadOut() throws IOException {
    Files.createSymbolicLink(zoo.resolve("out"), top.resolve("secret"));
    Files.createSymbolicLink(zoo.resolve("up"), top);
    Files.createSymbolicLink(zoo.resolve("in"), zoo.resolve("a b=%ü/x"));
    for (String path : new String[] {"out", "up/secret"}) {
      assertThatThrownBy(() -> folder.open(path))
          .hasMessage(
              "Cannot read %s: it is a link that leads out of the zoo's folder. Put the file itself"
                      .formatted(path)
                  + " into the zoo.");
      assertThat(folder.exists(path)).isFalse();
    }
    assertThat(folder.exists("in")).isTrue();
    folder.open("in").close();
  }

  @Test
  void fileThatShrinksWhileItIsReadIsAnError() throws IOException {
    try (ByteSource source = folder.open("a b=%ü/x");
        RandomAccessFile file = new RandomAccessFile(zoo.resolve("a b=%ü/x").toFile(), "rw")) {
      file.setLength(1);
      assertThatThrownBy(() -> source.readFully(0, new byte[3], 0, 3))
          .isInstanceOf(EOFException.class)
          .hasMessageContaining("ends at byte 1");
    }
  }
}
