package org.zoopress.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a killed or failed writer leaves never looks like a file. */
class WholeFileTest {
  @TempDir Path folder;
  private FileSystem fs;
  private org.apache.hadoop.fs.Path file;

  /** As HDFS does, it refuses to rename to a name that is taken. */
  private static final class RefusingFileSystem extends RawLocalFileSystem {
    @Override
    public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
        throws IOException {
      return !exists(to) && super.rename(from, to);
    }
  }

  @BeforeEach
  void open() throws IOException {
    fs = new RefusingFileSystem();
    fs.initialize(folder.toUri(), new Configuration());
    file = new org.apache.hadoop.fs.Path(folder.resolve("new/file").toUri());
  }

  private List<String> found() throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile)
          .map(path -> folder.relativize(path).toString())
          .toList();
    }
  }

  @Test
  void theFileHasItsNameOnlyWhenAllIsWritten() throws IOException {
    WholeFile.write(
        fs,
        file,
        out -> {
          out.write(1);
          assertThat(found()).singleElement().asString().matches("new/\\.file\\..*\\.partial");
          out.write(2);
        });
    assertThat(found()).containsExactly("new/file");
    assertThat(folder.resolve("new/file")).hasBinaryContent(new byte[] {1, 2});
  }

  @Test
  void aFileOfThatNameIsReplaced() throws IOException {
    WholeFile.write(fs, file, out -> out.write(1));
    WholeFile.write(fs, file, out -> out.write(2));
    assertThat(found()).containsExactly("new/file");
    assertThat(folder.resolve("new/file")).hasBinaryContent(new byte[] {2});
  }

  @Test
  void ofTwoWritersAtOnceTheLastOneWins() throws IOException {
    WholeFile.write(
        fs,
        file,
        out -> {
          out.write(1);
          WholeFile.write(fs, file, other -> other.write(2));
        });
    assertThat(found()).containsExactly("new/file");
    assertThat(folder.resolve("new/file")).hasBinaryContent(new byte[] {1});
  }

  @Test
  void afterAnErrorTheFileIsAsItWas() throws IOException {
    WholeFile.write(fs, file, out -> out.write(1));
    assertThatThrownBy(
            () ->
                WholeFile.write(
                    fs,
                    file,
                    out -> {
                      out.write(2);
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");
    assertThat(found()).containsExactly("new/file");
    assertThat(folder.resolve("new/file")).hasBinaryContent(new byte[] {1});
  }
}
