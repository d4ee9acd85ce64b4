package org.zoopress.method.tucker;

import java.util.List;
import java.util.Locale;

/** Which arrangements convolutions with more than one kernel position may have. */
public enum ConvolutionFormat {
  /** Whichever is best at the operating point. */
  BEST(Arrangement.TUCKER_2, Arrangement.COLUMNS_FIRST, Arrangement.ROWS_FIRST, Arrangement.MATRIX),
  /** Always Tucker-2. */
  TUCKER_2(Arrangement.TUCKER_2),
  /** Always two convolutions, each along one side of the kernel. */
  SPATIAL(Arrangement.COLUMNS_FIRST, Arrangement.ROWS_FIRST);

  private final List<Arrangement> arrangements;

  ConvolutionFormat(Arrangement... arrangements) {
    this.arrangements = List.of(arrangements);
  }

  /** In the order in which they are preferred where they are equally good. */
  List<Arrangement> arrangements() {
    return arrangements;
  }

  /** Name in settings, for instance {@code tucker-2}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
