package org.zoopress.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zoopress.error.UserInputException;

/** What belongs to a zoo. */
class ZooListingTest {
  @TempDir Path folder;
  private Path zoo;

  @BeforeEach
  void makeZoo() throws IOException {
    zoo = Files.createDirectories(folder.resolve("a zoo"));
  }

  private void file(String path) throws IOException {
    Files.createDirectories(zoo.resolve(path).getParent());
    Files.writeString(zoo.resolve(path), path);
  }

  private List<FileStamp> list() throws IOException {
    return ZooListing.list(new Configuration(), new org.apache.hadoop.fs.Path(zoo.toString()));
  }

  @Test
  void filesAreSortedByPathWithLengthAndTime() throws IOException {
    file("b.onnx");
    file("a/z.pt");
    file("a.pt");
    Files.setLastModifiedTime(zoo.resolve("b.onnx"), FileTime.fromMillis(1_700_000_000_123L));
    assertThat(list()).extracting(FileStamp::path).containsExactly("a.pt", "a/z.pt", "b.onnx");
    assertThat(list().get(2)).isEqualTo(new FileStamp("b.onnx", 6, 1_700_000_000_123L));
  }

  @Test
  void hiddenFilesAndFoldersAreLeftOut() throws IOException {
    for (String path :
        List.of(".git/x.pt", "_temporary/x.pt", "a/.x.pt", "a/_x.pt", "_SUCCESS", "a/b/_c/d.pt")) {
      file(path);
    }
    file("a/x_.pt");
    assertThat(list()).extracting(FileStamp::path).containsExactly("a/x_.pt");
  }

  @Test
  void namesMayHoldAnything() throws IOException {
    List<String> names = List.of("a b", "a%20b", "a:b", "a=b", "größe", "重み", "x#y?z", "[a]{b}*");
    for (String name : names) {
      file(name + "/m.onnx");
    }
    assertThat(list())
        .extracting(FileStamp::path)
        .containsExactlyInAnyOrderElementsOf(names.stream().map(n -> n + "/m.onnx").toList());
  }

  @Test
  void aLinkToAFolderAboveDoesNotMultiplyTheModels() throws IOException {
    file("nets/m.onnx");
    Files.createSymbolicLink(zoo.resolve("nets/loop"), zoo);
    assertThat(list()).extracting(FileStamp::path).contains("nets/m.onnx").hasSizeLessThan(4);
  }

  @Test
  void aLinkThatLeadsNowhereIsLeftOut() throws IOException {
    file("m.onnx");
    Files.createSymbolicLink(zoo.resolve("gone.onnx"), zoo.resolve("nothing"));
    assertThat(list()).extracting(FileStamp::path).containsExactly("m.onnx");
  }

  @Test
  void anEmptyZooHasNoFiles() throws IOException {
    assertThat(list()).isEmpty();
  }

  @Test
  void noFolderIsAMessage() throws IOException {
    file("m.onnx");
    Path real = zoo;
    zoo = real.resolve("m.onnx");
    assertThatThrownBy(this::list)
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot list zoo %s: it is a file. Name the folder that holds the models.", zoo);
    zoo = real.resolve("nowhere");
    assertThatThrownBy(this::list)
        .isInstanceOf(UserInputException.class)
        .hasMessage("Cannot list zoo %s: there is no such folder. Check --zoo.", zoo);
  }
}
