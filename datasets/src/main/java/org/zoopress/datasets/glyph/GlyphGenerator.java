package org.zoopress.datasets.glyph;

import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.zoopress.error.Check;

/**
 * Unlimited labelled glyph images, each a pure function of (seed, style, split, index); see the
 * package description for how one is made. Immutable and safe for any number of threads.
 */
public final class GlyphGenerator {
  /** Pixels along one side of an image. */
  public static final int SIDE = 28;

  /** Number of classes. */
  public static final int CLASSES = 10;

  /** Grey values that occur: 0, 17, 34 … 255. */
  public static final int GREY_LEVELS = 16;

  private static final Glyph[] GLYPHS = Glyph.values();
  private static final double FULL_CONTRAST = 0.9;
  private static final double ROOT_OF_THREE = StrictMath.sqrt(3);

  private final long seed;
  private final GlyphStyle style;

  /** Creates the generator; different seeds give unrelated samples. */
  public GlyphGenerator(long seed, GlyphStyle style) {
    this.seed = seed;
    this.style = style;
  }

  /**
   * The sample at an index.
   *
   * @param index at least 0; the label is {@code index % CLASSES}
   */
  public LabelledImage sample(Split split, long index) {
    Check.argument(
        index >= 0,
        "Cannot draw glyph %s of %s: the index is negative. Count samples from 0.",
        index,
        split);
    int label = (int) (index % CLASSES);
    SplittableRandom random = stream(split, index);
    InkCanvas canvas = new InkCanvas(SIDE);
    double pen = between(random, style.thinnest(), style.thickest());
    drawGlyph(canvas, GLYPHS[label], pen, random);
    drawClutter(canvas, pen / 2, random);
    canvas.blur(between(random, 0, style.blur()));
    return new LabelledImage(photograph(canvas, random), label);
  }

  /** Neighbouring indices get unrelated streams because the state is mixed three times. */
  private SplittableRandom stream(Split split, long index) {
    return new SplittableRandom(mix(mix(mix(seed) + split.ordinal() + 1) + index));
  }

  /** The finalizer of MurmurHash3 with Stafford's constants (variant 13), a bijection. */
  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private void drawGlyph(InkCanvas canvas, Glyph glyph, double pen, SplittableRandom random) {
    UnaryOperator<Point> pose = pose(random);
    for (Stroke stroke : glyph.strokes()) {
      canvas.draw(stroke.map(p -> pose.apply(jittered(p, random))), pen);
    }
    double middle = SIDE / 2.0;
    double angle = between(random, 0, 360);
    double away = between(random, 0, style.largest());
    canvas.eraseDisc(
        Point.polar(middle, middle, away, angle), between(random, 0, style.hiddenRadius()) - 0.5);
  }

  private Point jittered(Point p, SplittableRandom random) {
    double reach = style.jitter();
    return new Point(
        p.x() + between(random, -reach, reach), p.y() + between(random, -reach, reach));
  }

  /** A random affine map from the glyph's square to pixels: shear, scale, rotate, shift. */
  private UnaryOperator<Point> pose(SplittableRandom random) {
    double angle = StrictMath.toRadians(between(random, -style.rotation(), style.rotation()));
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double shear = between(random, -style.shear(), style.shear());
    double width = between(random, style.smallest(), style.largest());
    // The sides differ by a fifth at most: a flat ring must not pass for a line.
    double height = width * between(random, 0.8, 1.0);
    double shiftX = SIDE / 2.0 + between(random, -style.shift(), style.shift());
    double shiftY = SIDE / 2.0 + between(random, -style.shift(), style.shift());
    return p -> {
      double x = width * (p.x() + shear * p.y());
      double y = height * p.y();
      return new Point(cos * x - sin * y + shiftX, sin * x + cos * y + shiftY);
    };
  }

  private void drawClutter(InkCanvas canvas, double pen, SplittableRandom random) {
    int lines = (int) (random.nextDouble() * (style.clutter() + 1));
    for (int i = 0; i < lines; i++) {
      double x = between(random, 0, SIDE);
      double y = between(random, 0, SIDE);
      Point end = Point.polar(x, y, between(random, 3, 10), between(random, 0, 360));
      canvas.draw(Stroke.line(x, y, end.x(), end.y()), pen);
    }
  }

  /** Ink to grey values: background ramp, contrast, noise, rounding. */
  private byte[] photograph(InkCanvas canvas, SplittableRandom random) {
    double contrast = between(random, style.faintest(), FULL_CONTRAST);
    double background = between(random, 0, 1 - contrast);
    double rampX = between(random, -0.1, 0.1) / SIDE;
    double rampY = between(random, -0.1, 0.1) / SIDE;
    double deviation = between(random, style.noise() / 3, style.noise());
    byte[] pixels = new byte[SIDE * SIDE];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        double ramp = rampX * (x - SIDE / 2) + rampY * (y - SIDE / 2);
        double grey = background + ramp + contrast * canvas.at(x, y) + deviation * normal(random);
        pixels[y * SIDE + x] = rounded(grey);
      }
    }
    return pixels;
  }

  private static byte rounded(double grey) {
    double level = StrictMath.rint(grey * (GREY_LEVELS - 1));
    int clamped = (int) StrictMath.max(0, StrictMath.min(GREY_LEVELS - 1, level));
    return (byte) (clamped * (255 / (GREY_LEVELS - 1)));
  }

  private static double between(SplittableRandom random, double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  /**
   * Nearly normal, mean 0 and variance 1: the sum of four 16-bit uniforms from one 64-bit draw
   * (each of variance 1/12, together 1/3). Pixel noise needs no tails, and this is ten times faster
   * than a portable Box–Muller.
   */
  private static double normal(SplittableRandom random) {
    long bits = random.nextLong();
    long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
    return (sum / 65535.0 - 2) * ROOT_OF_THREE;
  }
}
