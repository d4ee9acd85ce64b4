package org.zoopress.evaluate;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.zoopress.error.UserInputException;
import org.zoopress.zoo.ByteSource;
import org.zoopress.zoo.ModelFolder;

/** Reads JPEG and PNG files into R, G, B planes; needs no display. */
final class ImageDecoder {
  private static final int CHANNELS = 3;
  private static final int MAX_FILE_BYTES = 1 << 26;

  /** A small file can claim gigapixels; 64 megapixels hold every photograph. */
  private static final long MAX_PIXELS = 1L << 26;

  private ImageDecoder() {}

  /** Reads one image; grey ones get three equal planes, transparency is dropped. */
  static RawSample read(ModelFolder folder, String path, int label) throws IOException {
    byte[] bytes = bytes(folder, path);
    BufferedImage image = decode(bytes, path);
    int width = image.getWidth();
    int height = image.getHeight();
    return new RawSample(planes(image), CHANNELS, height, width, label);
  }

  private static byte[] bytes(ModelFolder folder, String path) throws IOException {
    try (ByteSource source = DataStream.openSource(folder, path)) {
      if (source.length() > MAX_FILE_BYTES) {
        throw DataErrors.cannotRead(
            path,
            "it has %d bytes, more than %d".formatted(source.length(), MAX_FILE_BYTES),
            "Use smaller images");
      }
      byte[] bytes = new byte[(int) source.length()];
      source.readFully(0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  private static BufferedImage decode(byte[] bytes, String path) {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw DataErrors.cannotRead(
            path, "it is neither JPEG nor PNG", "Remove its row from the labels, or convert it");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MAX_PIXELS) {
          throw DataErrors.cannotRead(
              path,
              "it has %d pixels, more than %d".formatted(pixels, MAX_PIXELS),
              "Use smaller images");
        }
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (UserInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // the decoders throw both on broken files
      throw DataErrors.cannotRead(
          path,
          "its image data cannot be decoded (%s)".formatted(e.getMessage()),
          "Remove its row from the labels, or store it as an RGB or grey JPEG or PNG",
          e);
    }
  }

  /**
   * The stored samples where they are 8-bit RGB or grey: {@link BufferedImage#getRGB} would convert
   * by an embedded colour profile and brighten grey images, which no training pipeline does.
   */
  private static byte[] planes(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int plane = width * height;
    byte[] planes = new byte[CHANNELS * plane];
    ColorModel model = image.getColorModel();
    Raster raster = image.getRaster();
    boolean stored = model instanceof ComponentColorModel && model.getComponentSize(0) == 8;
    int[] samples = new int[width];
    for (int y = 0; y < height; y++) {
      for (int c = 0; c < CHANNELS; c++) {
        if (stored) {
          int band = raster.getNumBands() < CHANNELS ? 0 : c;
          raster.getSamples(0, y, width, 1, band, samples);
        } else {
          image.getRGB(0, y, width, 1, samples, 0, width);
        }
        int shift = stored ? 0 : 16 - 8 * c;
        for (int x = 0; x < width; x++) {
          planes[c * plane + y * width + x] = (byte) (samples[x] >>> shift);
        }
      }
    }
    return planes;
  }
}
