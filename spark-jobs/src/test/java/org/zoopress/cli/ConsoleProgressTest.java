package org.zoopress.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
  private final AtomicLong clock = new AtomicLong(7);
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private ConsoleProgress progress(boolean bar) {
    return new ConsoleProgress(
        new PrintStream(bytes, true, StandardCharsets.UTF_8), bar, clock::get);
  }

  private void passSeconds(double seconds) {
    clock.addAndGet((long) (seconds * 1e9));
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void linesComeEveryFiveSecondsAndAtTheEndOfAStage() {
    try (ConsoleProgress progress = progress(false)) {
      progress.stage("solving tensors", 100);
      passSeconds(1);
      progress.advance(10);
      passSeconds(4);
      progress.advance(10);
      passSeconds(1);
      progress.advance(10);
      progress.message("model\u001b b failed");
      progress.stage("writing", 0);
      passSeconds(6);
      progress.advance(1);
      progress.end();
    }
    assertThat(text())
        .isEqualTo(
            """
            solving tensors: 20 % after 5.0 s, 20 s left
            model? b failed
            solving tensors: done in 6.0 s
            writing: 6.0 s
            writing: done in 6.0 s
            """);
  }

  @Test
  void aBarIsRedrawnOnItsLine() {
    try (ConsoleProgress progress = progress(true)) {
      progress.stage("solving", 4);
      passSeconds(0.05);
      progress.advance(1);
      passSeconds(0.95);
      progress.advance(1);
      progress.end();
    }
    String clear = "\r\u001b[K";
    assertThat(text())
        .isEqualTo(
            clear
                + "solving [..............................]   0 %, 0.0 s"
                + clear
                + "solving [###############...............]  50 %, 1.0 s, 1.0 s left"
                + clear
                + "solving: done in 1.0 s\n");
  }

  @Test
  void aStageThatIsCutOffIsNotCalledDone() {
    try (ConsoleProgress progress = progress(false)) {
      progress.stage("solving", 4);
    }
    assertThat(text()).isEmpty();
  }
}
