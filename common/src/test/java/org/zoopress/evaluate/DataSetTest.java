package org.zoopress.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.error.UserInputException;

class DataSetTest {
  private static final Preprocess BYTES =
      new Preprocess(1, List.of(0.0), List.of(1.0), 0, 0, PixelLayout.NCHW, 0);

  @TempDir Path folder;

  private DataSet open(DataFormat format, String images, String labels, Preprocess preprocess)
      throws IOException {
    return DataSet.open(
        new DataDescriptor("tiny", format, images, labels, preprocess, List.of()),
        new TestFolder(folder));
  }

  private DataSet cifar(String images) throws IOException {
    return open(DataFormat.CIFAR_BINARY, images, "", BYTES);
  }

  private DataSet photographs(Preprocess preprocess) throws IOException {
    return open(DataFormat.IMAGE_FOLDER, "images", "labels.csv", preprocess);
  }

  private void write(String file, byte[] bytes) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    try (OutputStream out =
        file.endsWith(".gz")
            ? new GZIPOutputStream(Files.newOutputStream(path))
            : Files.newOutputStream(path)) {
      out.write(bytes);
    }
  }

  private void writeText(String file, String text) throws IOException {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private void writeImage(String file, BufferedImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, file.substring(file.lastIndexOf('.') + 1), out)).isTrue();
    write("images/" + file, out.toByteArray());
  }

  private static BufferedImage gradient(int type, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int[] samples = {10 * x, 10 * y, 100 + x + y, 255};
        image.getRaster().setPixel(x, y, Arrays.copyOf(samples, image.getRaster().getNumBands()));
      }
    }
    return image;
  }

  /** Samples and classes of a shard, read in batches of three. */
  private record Content(float[] pixels, List<Integer> classes) {}

  private static Content content(DataSet data, long first, int count) throws IOException {
    FloatBuffer pixels = FloatBuffer.allocate(count * data.shape().elements());
    List<Integer> classes = new java.util.ArrayList<>();
    try (SampleBatchSource shard = data.shard(first, count)) {
      assertThat(shard.shape()).isEqualTo(data.shape());
      int[] batch = new int[3];
      for (int read = shard.read(pixels, batch); read > 0; read = shard.read(pixels, batch)) {
        Arrays.stream(batch, 0, read).forEach(classes::add);
      }
    }
    assertThat(pixels.remaining()).isZero();
    return new Content(pixels.array(), classes);
  }

  private static byte[] cifarRecords(int count) {
    byte[] bytes = new byte[3073 * count];
    for (int i = 0; i < count; i++) {
      Arrays.fill(bytes, 3073 * i, 3073 * (i + 1), (byte) (200 + i));
      bytes[3073 * i] = (byte) i;
      bytes[3073 * i + 1 + 1024 + 32 + 2] = 7; // green, row 1, column 2
    }
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.bin", "a.bin.gz"})
  void readsCifarRecordsFromAnyPlace(String file) throws IOException {
    write(file, cifarRecords(8));
    DataSet data = cifar(file);
    assertThat(data.size()).isEqualTo(8);
    assertThat(data.shape()).hasToString("3x32x32 (nchw)");
    Content content = content(data, 2, 5);
    assertThat(content.classes()).containsExactly(2, 3, 4, 5, 6);
    assertThat(content.pixels()[0]).isEqualTo(202);
    assertThat(content.pixels()[4 * 3072 + 1024 + 34]).isEqualTo(7);
    assertThat(content(data, 8, 0).classes()).isEmpty();
  }

  @Test
  void preprocessesAsTheFormulaSays() throws IOException {
    byte[] record = new byte[3073];
    new SplittableRandom(1).nextBytes(record);
    record[0] = 3;
    write("a.bin", record);
    List<Double> mean = List.of(0.485, 0.456, 0.406);
    List<Double> std = List.of(0.229, 0.224, 0.225);
    for (PixelLayout layout : PixelLayout.values()) {
      Preprocess preprocess = new Preprocess(255, mean, std, 0, 25, layout, 1);
      Content content = content(open(DataFormat.CIFAR_BINARY, "a.bin", "", preprocess), 0, 1);
      assertThat(content.classes()).containsExactly(4);
      for (int c = 0; c < 3; c++) {
        for (int y = 0; y < 25; y++) {
          for (int x = 0; x < 25; x++) {
            int pixel = record[1 + c * 1024 + (y + 3) * 32 + x + 3] & 0xFF; // (32 - 25) / 2 = 3
            int place = layout == PixelLayout.NCHW ? (c * 25 + y) * 25 + x : (y * 25 + x) * 3 + c;
            assertThat(content.pixels()[place])
                .isEqualTo((float) ((pixel / 255.0 - mean.get(c)) / std.get(c)));
          }
        }
      }
    }
  }

  @Test
  void cifarFilesOfAnotherKindAreTold() throws IOException {
    writeText("page.bin", "<html>not found</html>");
    assertThatThrownBy(() -> cifar("page.bin"))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot read page.bin: its 22 bytes are no whole number of records of 3073 bytes"
                + " (label, then 3 planes of 32x32). Check that it is a CIFAR-10 file of the binary"
                + " version, whole and not a download page.");
    write("empty.bin", new byte[0]);
    assertThatThrownBy(() -> cifar("empty.bin")).hasMessageContaining("its 0 bytes");
    assertThatThrownBy(() -> cifar("absent.bin"))
        .hasMessage(
            "Cannot read absent.bin: there is no such file beside the descriptor."
                + " Check the path in the descriptor.");
  }

  @Test
  void shardsBeyondTheEndAreTold() throws IOException {
    write("a.bin", cifarRecords(2));
    assertThatThrownBy(() -> content(cifar("a.bin"), 1, 2))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot read a.bin: it ends after 6146 bytes, inside or before sample 2."
                + " The file is shorter than it should be; fetch it again.");
    assertThatThrownBy(() -> content(cifar("a.bin"), 1000, 1))
        .hasMessageContaining("inside or before sample 1000");
  }

  @Test
  void damagedGzipIsTold() throws IOException {
    writeText("text.bin.gz.tmp", "no gzip");
    Files.move(folder.resolve("text.bin.gz.tmp"), folder.resolve("text.bin.gz"));
    assertThatThrownBy(() -> cifar("text.bin.gz").size())
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot read text.bin.gz: its gzip data is damaged after 0 unpacked bytes"
                + " (Not in GZIP format). Fetch the file again.");
    byte[] noise = new byte[3073 * 20];
    new SplittableRandom(5).nextBytes(noise);
    write("cut.bin.gz", noise);
    byte[] packed = Files.readAllBytes(folder.resolve("cut.bin.gz"));
    Files.write(folder.resolve("cut.bin.gz"), Arrays.copyOf(packed, packed.length / 2));
    assertThatThrownBy(() -> cifar("cut.bin.gz").size())
        .isInstanceOf(UserInputException.class)
        .hasMessageStartingWith("Cannot read cut.bin.gz: its gzip data is damaged after ");
  }

  private static byte[] idx(int magic, int[] sizes, byte... elements) {
    ByteBuffer out = ByteBuffer.allocate(4 + 4 * sizes.length + elements.length);
    out.putInt(magic);
    Arrays.stream(sizes).forEach(out::putInt);
    return out.put(elements).array();
  }

  private DataSet idx(byte[] images, byte[] labels, String extension) throws IOException {
    write("images" + extension, images);
    write("labels" + extension, labels);
    return open(DataFormat.IDX, "images" + extension, "labels" + extension, BYTES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".gz"})
  void readsIdxFiles(String extension) throws IOException {
    DataSet data =
        idx(
            idx(0x803, new int[] {3, 1, 2}, new byte[] {1, 2, 3, 4, 5, (byte) 250}),
            idx(0x801, new int[] {3}, new byte[] {7, 8, 9}),
            extension);
    assertThat(data.size()).isEqualTo(3);
    assertThat(data.shape()).hasToString("1x1x2 (nchw)");
    Content content = content(data, 1, 2);
    assertThat(content.classes()).containsExactly(8, 9);
    assertThat(content.pixels()).containsExactly(3, 4, 5, 250);
  }

  @Test
  void idxHeadersThatLieAreTold() {
    byte[] labels = idx(0x801, new int[] {2}, new byte[2]);
    assertThatThrownBy(() -> idx(labels, labels, ""))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot read images: it begins with 0x00000801, an idx file of images (unsigned bytes,"
                + " 3 mode(s)) with 0x00000803. Check that the descriptor names the images file, and"
                + " whether it is gzipped but not called .gz.");
    assertThatThrownBy(() -> idx(idx(0x803, new int[] {2, 2, 2}, new byte[7]), labels, ""))
        .hasMessage(
            "Cannot read images: its header tells of 2x2x2 elements, the file has 7 bytes of them."
                + " Fetch the file again.");
    int huge = -1; // 4294967295: their product overflows a long
    assertThatThrownBy(() -> idx(idx(0x803, new int[] {huge, huge, huge}), labels, ""))
        .hasMessageContaining("its header tells of 4294967295x4294967295x4294967295 elements");
    assertThatThrownBy(() -> idx(idx(0x803, new int[] {2, huge, huge}), labels, ".gz"))
        .hasMessageContaining("its header tells of images of 4294967295 x 4294967295 pixels");
    assertThatThrownBy(() -> idx(idx(0x803, new int[] {2, 0, 3}), labels, ".gz"))
        .hasMessageContaining("images of 0 x 3 pixels");
    assertThatThrownBy(() -> idx(idx(0x803, new int[] {3, 1, 1}, new byte[3]), labels, ""))
        .hasMessage(
            "Cannot read data set tiny: images has 3 images, labels has 2 labels."
                + " Name two files that belong together.");
    assertThatThrownBy(() -> idx(new byte[] {0, 0, 8}, labels, ""))
        .hasMessage(
            "Cannot read images: it ends after 3 bytes, inside or before the idx header."
                + " The file is shorter than it should be; fetch it again.");
  }

  @Test
  void meansForThreeChannelsDoNotFitGreyImages() {
    Preprocess colour =
        new Preprocess(255, List.of(.1, .2, .3), List.of(1.0), 0, 0, PixelLayout.NCHW, 0);
    assertThatThrownBy(
            () -> {
              write("images", idx(0x803, new int[] {1, 1, 1}, new byte[1]));
              write("labels", idx(0x801, new int[] {1}, new byte[1]));
              open(DataFormat.IDX, "images", "labels", colour);
            })
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot preprocess data set tiny: preprocess.mean has 3 numbers, its images have 1"
                + " channel(s). Give one number, or one a channel.");
  }

  @Test
  void readsImagesInTheOrderOfTheTable() throws IOException {
    writeImage("a.png", gradient(BufferedImage.TYPE_INT_RGB, 4, 3));
    writeImage("sub/b, c.png", gradient(BufferedImage.TYPE_4BYTE_ABGR, 4, 3));
    writeImage("grey.png", gradient(BufferedImage.TYPE_BYTE_GRAY, 4, 3));
    writeText(
        "labels.csv",
        "\uFEFFwnid,label,file\r\nx,5,a.png\r\n\r\ny,6,\"sub/b, c.png\"\nz, 0 ,grey.png");
    DataSet data = photographs(BYTES);
    assertThat(data.size()).isEqualTo(3);
    assertThat(data.shape()).hasToString("3x3x4 (nchw)");
    Content content = content(data, 0, 3);
    assertThat(content.classes()).containsExactly(5, 6, 0);
    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 4; x++) {
        int place = 4 * y + x;
        for (int image = 0; image < 2; image++) {
          assertThat(content.pixels()[36 * image + place]).isEqualTo(10 * x);
          assertThat(content.pixels()[36 * image + 12 + place]).isEqualTo(10 * y);
          assertThat(content.pixels()[36 * image + 24 + place]).isEqualTo(100 + x + y);
        }
        for (int c = 0; c < 3; c++) {
          assertThat(content.pixels()[72 + 12 * c + place]).as("grey").isEqualTo(10 * x);
        }
      }
    }
    assertThat(content(data, 2, 1).classes()).containsExactly(0);
  }

  @Test
  void cropsTheCentreOfJpegsOfAllSizes() throws IOException {
    writeImage("a.jpg", gradient(BufferedImage.TYPE_INT_RGB, 9, 8));
    writeImage("b.jpg", gradient(BufferedImage.TYPE_BYTE_GRAY, 4, 12));
    writeText("labels.csv", "file,label\na.jpg,1\nb.jpg,2\n");
    DataSet data =
        photographs(new Preprocess(1, List.of(0.0), List.of(1.0), 0, 4, PixelLayout.NHWC, 0));
    assertThat(data.shape()).hasToString("4x4x3 (nhwc)");
    assertThat(content(data, 0, 2).classes()).containsExactly(1, 2);
    assertThatThrownBy(() -> content(photographs(BYTES), 0, 2))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot read images/b.jpg: it gives samples of 3x12x4 (nchw), the first image of"
                + " 3x8x9 (nchw). Set preprocess.crop, or bring all images to one size.");
    assertThatThrownBy(
            () ->
                photographs(
                    new Preprocess(1, List.of(0.0), List.of(1.0), 0, 20, PixelLayout.NCHW, 0)))
        .hasMessage(
            "Cannot crop images/a.jpg: it is 9 pixels wide and 8 high, preprocess.crop asks for 20."
                + " Lower preprocess.crop, set preprocess.resize, or use larger images.");
  }

  @Test
  void resizesBeforeItCrops() throws IOException {
    writeImage("wide.png", gradient(BufferedImage.TYPE_INT_RGB, 20, 10));
    writeImage("high.png", gradient(BufferedImage.TYPE_INT_RGB, 6, 9));
    writeText("labels.csv", "file,label\nwide.png,1\nhigh.png,2\n");
    Preprocess preprocess =
        new Preprocess(1, List.of(0.0), List.of(1.0), 5, 4, PixelLayout.NCHW, 0);
    DataSet data = photographs(preprocess);
    assertThat(data.shape()).hasToString("3x4x4 (nchw)");
    Content content = content(data, 0, 2);
    // 20 x 10 becomes 10 x 5, its crop begins at column 3: red is 10 (2 (x + 3) + 0.5).
    assertThat(Arrays.copyOf(content.pixels(), 4)).containsExactly(65, 85, 105, 125);
    assertThatThrownBy(
            () -> {
              writeImage("strip.png", gradient(BufferedImage.TYPE_INT_RGB, 1, 3000));
              writeText("labels.csv", "file,label\nstrip.png,1\n");
              photographs(
                  new Preprocess(1, List.of(0.0), List.of(1.0), 256, 224, PixelLayout.NCHW, 0));
            })
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot resize images/strip.png: it is 1 pixels wide and 3000 high, preprocess.resize ="
                + " 256 would make it 256 x 768000. Lower preprocess.resize, or leave the image"
                + " out.");
  }

  private void assertTableRefused(String csv, String message) throws IOException {
    writeText("labels.csv", csv);
    assertThatThrownBy(() -> photographs(BYTES).size())
        .isInstanceOf(UserInputException.class)
        .hasMessage(message);
  }

  @Test
  void brokenTablesAreTold() throws IOException {
    writeImage("a.png", gradient(BufferedImage.TYPE_INT_RGB, 2, 2));
    assertTableRefused(
        "name,label\na.png,1\n",
        "Cannot read labels.csv: its first line has no column 'file', only [name, label]."
            + " Begin the CSV with a header that has the columns file and label.");
    assertTableRefused(
        "file,label\n", "Cannot read labels.csv: it has no rows. Add a row for each image.");
    assertTableRefused(
        "file,label\na.png\n",
        "Cannot read labels.csv: line 2 has 1 field(s), too few for the header. Complete it.");
    assertTableRefused(
        "file,label\na.png,1\na.png,tench\n",
        "Cannot read labels.csv: line 3 has the label 'tench'. Use class numbers from 0.");
    assertTableRefused(
        "file,label\na.png,-1\n",
        "Cannot read labels.csv: line 2 has the label '-1'. Use class numbers from 0.");
    assertTableRefused(
        "file,label\n../../etc/passwd,1\n",
        "Cannot read labels.csv: line 2 names the file '../../etc/passwd', which is not a path"
            + " inside the images' folder. Use paths relative to that folder.");
    assertTableRefused(
        "file,label\n\"a.png,1\n",
        "Cannot read labels.csv: line 2 has a quote that does not end. Close it on the same line.");
    assertTableRefused(
        "file,label\n" + "a".repeat(70_000),
        "Cannot read labels.csv: line 2 has more than 65536 characters."
            + " Check that this is a CSV file.");
    write("labels.csv", new byte[] {'f', (byte) 0xFF, '\n'});
    assertThatThrownBy(() -> photographs(BYTES))
        .hasMessage("Cannot read labels.csv: line 1 is not UTF-8. Store the table as UTF-8.");
  }

  @Test
  void brokenImagesAreTold() throws IOException {
    writeText("labels.csv", "file,label\na.jpg,1\n");
    assertThatThrownBy(() -> photographs(BYTES))
        .hasMessageStartingWith("Cannot read images/a.jpg: there is no such file");
    writeText("images/a.jpg", "version https://git-lfs.github.com/spec/v1");
    assertThatThrownBy(() -> photographs(BYTES))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot read images/a.jpg: it is neither JPEG nor PNG."
                + " Remove its row from the labels, or convert it.");
    writeImage("a.jpg", gradient(BufferedImage.TYPE_INT_RGB, 20, 20));
    Path file = folder.resolve("images/a.jpg");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 100));
    assertThatThrownBy(() -> photographs(BYTES))
        .isInstanceOf(UserInputException.class)
        .hasMessageStartingWith("Cannot read images/a.jpg: its image data cannot be decoded (");
  }

  /** 41 bytes that claim 60,000 × 60,000 pixels: refused by the header, before any allocation. */
  @Test
  void imageBombsAreRefused() throws IOException {
    writeImage("a.png", gradient(BufferedImage.TYPE_INT_RGB, 2, 2));
    byte[] png = Files.readAllBytes(folder.resolve("images/a.png"));
    ByteBuffer.wrap(png).putInt(16, 60_000).putInt(20, 60_000);
    java.util.zip.CRC32 crc = new java.util.zip.CRC32();
    crc.update(png, 12, 17);
    ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
    write("images/a.png", png);
    writeText("labels.csv", "file,label\na.png,1\n");
    assertThatThrownBy(() -> photographs(BYTES))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot read images/a.png: it has 3600000000 pixels, more than 67108864."
                + " Use smaller images.");
  }
}
