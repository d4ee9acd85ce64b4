package org.zoopress.datasets.glyph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zoopress.error.BadModelException;

class IdxFileTest {
  @TempDir Path folder;

  @Test
  void valuesComeBack() throws IOException {
    byte[] values = new byte[5 * 3 * 7];
    new SplittableRandom(1).nextBytes(values);
    Path file = folder.resolve("a.gz");
    IdxFile.write(file, values, 5, 3, 7);
    assertThat(IdxFile.read(file, 3)).isEqualTo(values);
  }

  @Test
  void readsTheOriginalMnistLabels() throws IOException {
    String data = System.getProperty("zoopress.test.data", "");
    Path labels = Path.of(data, "mnist/t10k-labels-idx1-ubyte.gz");
    Assumptions.assumeTrue(Files.exists(labels), "no MNIST below " + data);
    assertThat(IdxFile.read(labels, 1)).hasSize(10_000).startsWith(7, 2, 1, 0, 4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "00000801 00000003 0102 | it ends after 2 of 3 values",
        "00000801 00000003 01020304 | bytes follow after its 3 values",
        "00000803 00000003 010203 | its magic number is 0x00000803, not 0x00000801",
        "00000801 ffffffff | its sizes are [-1], not of 0 to 268435456 values",
        "00000801 7fffffff | its sizes are [2147483647], not of 0 to 268435456 values"
      })
  void refusesBrokenFiles(String hex, String problem) throws IOException {
    Path file = folder.resolve("bad.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(HexFormat.of().parseHex(hex.replace(" ", "")));
    }
    assertThatThrownBy(() -> IdxFile.read(file, 1))
        .isInstanceOf(BadModelException.class)
        .hasMessage("Cannot read %s: %s. Write the file anew.", file, problem);
  }

  @Test
  void refusesFilesThatAreNotGzippedOrCutShort() throws IOException {
    Path text = folder.resolve("text.gz");
    Files.writeString(text, "version https://git-lfs.github.com/spec/v1");
    assertThatThrownBy(() -> IdxFile.read(text, 1))
        .hasMessage(
            "Cannot read %s: it is not a whole gzip file (Not in GZIP format). Write the file anew.",
            text);
    Path whole = folder.resolve("whole.gz");
    IdxFile.write(whole, new byte[1000], 1000);
    Path half = folder.resolve("half.gz");
    byte[] bytes = Files.readAllBytes(whole);
    Files.write(half, Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> IdxFile.read(half, 1))
        .isInstanceOf(BadModelException.class)
        .hasMessageContaining("it is not a whole gzip file");
  }
}
