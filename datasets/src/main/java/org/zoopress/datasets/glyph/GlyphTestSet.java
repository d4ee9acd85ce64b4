package org.zoopress.datasets.glyph;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The held-out labelled set that ships with the project: the first {@value #IMAGES} samples of
 * {@link Split#TEST} in the standard style, as gzipped IDX files.
 */
public final class GlyphTestSet {
  /** Number of images. */
  public static final int IMAGES = 3000;

  /** Seed of the generator, which no network is trained with. */
  public static final long SEED = 20_261_121;

  /** File name of the images. */
  public static final String IMAGE_FILE = "test-images-idx3-ubyte.gz";

  /** File name of the labels. */
  public static final String LABEL_FILE = "test-labels-idx1-ubyte.gz";

  private GlyphTestSet() {}

  /** The generator that the set is a part of, in any style. */
  public static GlyphGenerator generator(GlyphStyle style) {
    return new GlyphGenerator(SEED, style);
  }

  /** Writes both files into a folder, which is created if absent. */
  public static void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    int area = GlyphGenerator.SIDE * GlyphGenerator.SIDE;
    byte[] pixels = new byte[IMAGES * area];
    byte[] labels = new byte[IMAGES];
    GlyphGenerator generator = generator(GlyphStyle.STANDARD);
    for (int i = 0; i < IMAGES; i++) {
      LabelledImage image = generator.sample(Split.TEST, i);
      System.arraycopy(image.pixels(), 0, pixels, i * area, area);
      labels[i] = (byte) image.label();
    }
    IdxFile.write(
        folder.resolve(IMAGE_FILE), pixels, IMAGES, GlyphGenerator.SIDE, GlyphGenerator.SIDE);
    IdxFile.write(folder.resolve(LABEL_FILE), labels, IMAGES);
  }
}
