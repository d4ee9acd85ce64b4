package org.zoopress.datasets.glyph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class InkCanvasTest {

  /** A horizontal line of width 3 through pixel centres: full ink on 3 rows, none beside them. */
  @Test
  void aLineAlongTheGridCoversWholeRows() {
    InkCanvas canvas = new InkCanvas(9);
    canvas.draw(Stroke.line(-5, 4.5, 14, 4.5), 3);
    for (int y = 0; y < 9; y++) {
      assertThat(canvas.at(4, y)).isCloseTo(Math.abs(y - 4) <= 1 ? 1 : 0, within(1e-12));
    }
  }

  /** Moved by a quarter pixel, the edge rows get three quarters and one quarter. */
  @Test
  void edgesAreAntiAliased() {
    InkCanvas canvas = new InkCanvas(9);
    canvas.draw(Stroke.line(-5, 4.75, 14, 4.75), 3);
    assertThat(canvas.at(4, 3)).isCloseTo(0.75, within(1e-12));
    assertThat(canvas.at(4, 6)).isCloseTo(0.25, within(1e-12));
  }

  @Test
  void aPointIsADisc() {
    InkCanvas canvas = new InkCanvas(9);
    canvas.draw(Stroke.line(4.5, 4.5, 4.5, 4.5), 4);
    assertThat(canvas.at(4, 4)).isEqualTo(1);
    assertThat(canvas.at(6, 4)).isCloseTo(0.5, within(1e-12));
    assertThat(canvas.at(6, 6)).isZero();
  }

  @Test
  void erasingLeavesNothingInsideAndAllOutside() {
    InkCanvas canvas = new InkCanvas(9);
    canvas.draw(Stroke.line(0, 4.5, 9, 4.5), 20);
    canvas.eraseDisc(new Point(4.5, 4.5), 2);
    assertThat(canvas.at(4, 4)).isZero();
    assertThat(canvas.at(4, 5)).isZero();
    assertThat(canvas.at(4, 7)).isEqualTo(1);
  }

  @Test
  void blurKeepsTheInkOfADotAndSpreadsItByTheKernel() {
    InkCanvas canvas = new InkCanvas(9);
    canvas.draw(Stroke.line(4.5, 4.5, 4.5, 4.5), 1);
    canvas.blur(0.25);
    assertThat(canvas.at(4, 4)).isCloseTo(0.25, within(1e-12));
    assertThat(canvas.at(3, 4)).isCloseTo(0.125, within(1e-12));
    assertThat(canvas.at(5, 5)).isCloseTo(0.0625, within(1e-12));
  }
}
