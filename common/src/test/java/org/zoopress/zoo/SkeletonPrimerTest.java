package org.zoopress.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.zoopress.coding.ByteWriter;
import org.zoopress.zoo.ModelHeader.SourceFile;

/** The primer of skeletons is what the models of {@link PrimerModels} look like to the coder. */
class SkeletonPrimerTest {

  /**
   * Stored skeletons need the very primer that they were coded with: if the models or the texts
   * change, the version of the codec must change too. The text that the models now give is written
   * to the build folder.
   */
  @Test
  void primerIsTheTextOfItsModels() throws Exception {
    String rendered = render(primer());
    Path written = Path.of("target", "skeleton-primer.txt");
    Files.createDirectories(written.toAbsolutePath().getParent());
    Files.writeString(written, rendered);
    try (InputStream in = CompactSkeletonCodec.class.getResourceAsStream("skeleton-primer.txt")) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo(rendered);
    }
    assertThat(PrimerText.parse(rendered)).isEqualTo(primer());
  }

  static byte[] primer() throws IOException, NotExpressibleException {
    ByteWriter primer = new ByteWriter();
    ModelSkeleton checkpoint =
        ModelSkeleton.read(
            new MemoryFolder(),
            new ModelHeader(
                "model",
                ModelFormat.TORCH,
                List.of(new SourceFile("model.pth", 100_000)),
                PrimerModels.entries(),
                Map.of(),
                List.of(
                    "only 'state_dict' is read, left out: epoch, optimizer",
                    "the prefix 'module.' of all names is taken away")));
    MemoryFolder folder = PrimerModels.folder();
    ModelWriter.restore(
        checkpoint,
        ModelFormat.SAFETENSORS,
        (t, out) -> out.write(new byte[(int) t.bytes()]),
        folder);
    primer.writeBytes(CompactSkeletonCodec.text(checkpoint));
    primer.writeBytes(text(folder, "model.safetensors"));
    for (String path : PrimerModels.order()) {
      primer.writeBytes(text(folder, path));
    }
    return primer.toByteArray();
  }

  private static byte[] text(MemoryFolder folder, String path)
      throws IOException, NotExpressibleException {
    ModelHeader header = ModelReaders.readHeader(folder, path, ReaderLimits.DEFAULT);
    return CompactSkeletonCodec.text(ModelSkeleton.read(folder, header));
  }

  private static String render(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    int column = 0;
    for (byte b : bytes) {
      int c = b & 0xFF;
      String shown = c > 32 && c < 127 && c != '\\' ? "" + (char) c : "\\%02x".formatted(c);
      text.append(shown);
      column += shown.length();
      if (column > 90) {
        text.append('\n');
        column = 0;
      }
    }
    return text.append('\n').toString();
  }
}
