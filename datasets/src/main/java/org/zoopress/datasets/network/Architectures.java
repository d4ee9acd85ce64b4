package org.zoopress.datasets.network;

import org.zoopress.datasets.glyph.GlyphGenerator;

/** The architectures of the zoo, all for 28 × 28 grey images and ten classes. */
public final class Architectures {
  private Architectures() {}

  /**
   * A residual network (He et al. 2016) of three stages, the later two halving height and width,
   * with 1 × 1 convolutions in the shortcuts where the shape changes. Names are those of
   * torchvision.
   *
   * @param width channels of the first stage; the next ones have twice and four times as many
   * @param blocks blocks of each stage, three numbers
   */
  public static Network residual(int width, int... blocks) {
    NetworkBuilder builder =
        new NetworkBuilder().convolution("conv1", width, 3, 1).normalize("bn1").relu("relu");
    for (int stage = 0; stage < blocks.length; stage++) {
      for (int block = 0; block < blocks[stage]; block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        addResidualBlock(
            builder, "layer%d.%d.".formatted(stage + 1, block), width << stage, stride);
      }
    }
    int features = builder.globalAveragePooling("avgpool").flatten("flatten").channels();
    return builder.linear("fc", features, GlyphGenerator.CLASSES).build("resnet");
  }

  private static void addResidualBlock(
      NetworkBuilder builder, String prefix, int filters, int stride) {
    String input = builder.value();
    int channels = builder.channels();
    String shortcut = input;
    if (stride != 1 || channels != filters) {
      builder
          .convolution(prefix + "downsample.0", filters, 1, stride)
          .normalize(prefix + "downsample.1");
      shortcut = builder.value();
    }
    builder
        .from(input, channels)
        .convolution(prefix + "conv1", filters, 3, stride)
        .normalize(prefix + "bn1")
        .relu(prefix + "relu1")
        .convolution(prefix + "conv2", filters, 3, 1)
        .normalize(prefix + "bn2")
        .add(prefix + "add", shortcut)
        .relu(prefix + "relu2");
  }

  /**
   * A plain network in the manner of VGG (Simonyan and Zisserman 2015, with batch normalisation): 3
   * × 3 convolutions, three poolings down to 3 × 3 pixels, two linear layers.
   *
   * @param width filters of the first convolution; then 2, 2 and 4 times as many
   * @param hidden features between the two linear layers
   */
  public static Network plain(int width, int hidden) {
    NetworkBuilder builder = new NetworkBuilder();
    addPlainLayer(builder, 0, width);
    builder.maxPooling("features.3");
    addPlainLayer(builder, 4, 2 * width);
    addPlainLayer(builder, 7, 2 * width);
    builder.maxPooling("features.10");
    addPlainLayer(builder, 11, 4 * width);
    builder.maxPooling("features.14").flatten("flatten");
    return builder
        .linear("classifier.0", 4 * width * 3 * 3, hidden)
        .relu("classifier.1")
        .linear("classifier.2", hidden, GlyphGenerator.CLASSES)
        .build("vgg");
  }

  private static void addPlainLayer(NetworkBuilder builder, int number, int filters) {
    builder
        .convolution("features." + number, filters, 3, 1)
        .normalize("features." + (number + 1))
        .relu("features." + (number + 2));
  }

  /**
   * Depthwise-separable convolutions in the manner of MobileNet (Howard et al. 2017).
   *
   * @param width filters of the first convolution; the pairs after it have 2, 4, 4, 8 and 8 times
   *     as many, and the first and fourth halve height and width
   */
  public static Network separable(int width) {
    NetworkBuilder builder =
        new NetworkBuilder().convolution("conv1", width, 3, 1).normalize("bn1").relu("relu");
    int[] filters = {2 * width, 4 * width, 4 * width, 8 * width, 8 * width};
    int[] strides = {2, 1, 1, 2, 1};
    for (int i = 0; i < filters.length; i++) {
      String prefix = "blocks.%d.".formatted(i);
      builder
          .depthwise(prefix + "depthwise", strides[i])
          .normalize(prefix + "bn1")
          .relu(prefix + "relu1")
          .convolution(prefix + "pointwise", filters[i], 1, 1)
          .normalize(prefix + "bn2")
          .relu(prefix + "relu2");
    }
    int features = builder.globalAveragePooling("avgpool").flatten("flatten").channels();
    return builder.linear("fc", features, GlyphGenerator.CLASSES).build("separable");
  }
}
