package org.zoopress.datasets.glyph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zoopress.datasets.Shipped;

class GlyphTestSetTest {

  /** The content, not the file: another zlib may pack the same bytes otherwise. */
  @Test
  void theShippedFilesAreWhatTheGeneratorMakes(@TempDir Path folder) throws IOException {
    GlyphTestSet.write(folder);
    Path shipped = Shipped.folder().resolve("glyphs");
    assertSameContent(folder, shipped, GlyphTestSet.IMAGE_FILE, 3);
    assertSameContent(folder, shipped, GlyphTestSet.LABEL_FILE, 1);
    assertThat(Files.size(shipped.resolve(GlyphTestSet.IMAGE_FILE))).isLessThan(1_200_000);
  }

  private static void assertSameContent(Path made, Path shipped, String file, int dimensions)
      throws IOException {
    assertThat(IdxFile.read(shipped.resolve(file), dimensions))
        .isEqualTo(IdxFile.read(made.resolve(file), dimensions));
  }
}
