package org.zoopress.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.zoopress.chart.Series.Point;

class ChartSheetTest {

  @Test
  void axesReachAroundTheValuesAndSpreadThemByTheirScale() {
    Axis linear = Axis.linear("x", List.of(2.1, 7.9));
    assertThat(linear.ticks())
        .extracting(Axis.Tick::label)
        .containsExactly("2", "3", "4", "5", "6", "7", "8");
    assertThat(linear.place(5)).isCloseTo(0.5, within(1e-12));
    Axis logarithmic = Axis.logarithmic("e", List.of(2e-5, 0.3));
    assertThat(logarithmic.ticks())
        .extracting(Axis.Tick::label)
        .containsExactly("1e-5", "1e-4", "1e-3", "0.01", "0.1", "1");
    assertThat(logarithmic.place(1e-3)).isCloseTo(0.4, within(1e-12));
    Axis shares = Axis.shares("s", List.of(0.83, 1.0));
    assertThat(shares.low()).isEqualTo(0.8);
    assertThat(shares.ticks())
        .extracting(Axis.Tick::label)
        .startsWith("80", "90")
        .endsWith("99.8", "100");
    assertThat(shares.place(1)).isEqualTo(1);
    assertThat(shares.place(0.99)).isBetween(0.4, 0.6);
  }

  @Test
  void oneValueStillMakesAnAxis() {
    assertThat(Axis.linear("x", List.of(3.0)).ticks()).hasSize(2);
    assertThat(Axis.logarithmic("e", List.of(1.0)).ticks()).hasSize(2);
    assertThat(Axis.shares("s", List.of(1.0)).low()).isEqualTo(0.9);
  }

  @Test
  void namesOfStrangersStayText() throws Exception {
    String svg =
        ChartSheet.svg(
            "a < b & \"c\"",
            "none",
            List.of(
                List.of(
                    new Panel(
                        "</text><script>x\u0001",
                        Axis.linear("x", List.of(1.0, 2.0)),
                        Axis.linear("y", List.of(1.0, 2.0)),
                        List.of(
                            new Series("one", List.of(new Point(1, 1))),
                            new Series(
                                "two", List.of(new Point(1, 1), new Point(9, Double.NaN))))))));
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    assertThat(document.getElementsByTagName("script").getLength()).isZero();
    assertThat(document.getDocumentElement().getTextContent())
        .contains("a < b & \"c\"", "</text><script>x?", "one", "two");
  }
}
