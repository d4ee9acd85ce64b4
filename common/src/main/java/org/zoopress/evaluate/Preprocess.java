package org.zoopress.evaluate;

import java.io.Serializable;
import java.util.List;
import org.zoopress.error.Check;

/**
 * From bytes to the network's input: resize, crop, then (x / scale − mean) / std a channel.
 *
 * @param scale what bytes 0 to 255 are divided by; positive
 * @param mean one number for all channels, or one a channel; after scaling
 * @param std the same, positive
 * @param resize length in pixels that the shorter side is brought to, the longer one in proportion,
 *     bilinear with antialiasing as Pillow and torchvision do it; 0: as stored
 * @param crop side of the centre square that is kept, in pixels, at offset (size − crop) / 2
 *     rounded down; 0: the whole image
 * @param classOffset the network's class of label k is k + classOffset
 */
public record Preprocess(
    double scale,
    List<Double> mean,
    List<Double> std,
    int resize,
    int crop,
    PixelLayout layout,
    int classOffset)
    implements Serializable {
  /** Pixels to [0, 1], whole image, channel planes. */
  public static final Preprocess DEFAULT =
      new Preprocess(255, List.of(0.0), List.of(1.0), 0, 0, PixelLayout.NCHW, 0);

  /** Checks every setting. */
  public Preprocess {
    Check.argument(
        scale > 0 && Double.isFinite(scale),
        "Cannot use preprocess.scale = %s: pixels are divided by it. Set a positive number,"
            + " usually 255.",
        scale);
    mean = checkedChannels("mean", mean);
    std = checkedChannels("std", std);
    Check.argument(
        std.stream().allMatch(value -> value > 0),
        "Cannot use preprocess.std = %s: pixels are divided by it. Set positive numbers.",
        std);
    checkSide("resize", resize);
    checkSide("crop", crop);
  }

  private static void checkSide(String key, int side) {
    Check.argument(
        side >= 0,
        "Cannot use preprocess.%s = %s: it is a side in pixels. Set 1 or more, or leave it out.",
        key,
        side);
  }

  private static List<Double> checkedChannels(String key, List<Double> values) {
    Check.argument(
        (values.size() == 1 || values.size() == 3)
            && values.stream().allMatch(value -> Double.isFinite(value)),
        "Cannot use preprocess.%s = %s: it needs one finite number, or one a channel.",
        key,
        values);
    return List.copyOf(values);
  }
}
