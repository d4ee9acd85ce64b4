package org.zoopress.datasets.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class TrainZooTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... arguments) {
    return new CommandLine(new TrainZoo())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Test
  void helpNamesFilesAndOptions() {
    assertThat(execute("--help")).isZero();
    assertThat(out.toString())
        .contains("Usage: train-zoo", "--networks=NAME[,NAME...]", "--output=FOLDER")
        .contains("FOLDER/zoo/NAME.onnx");
  }

  @Test
  void anUnknownNetworkIsWrongUsage() {
    assertThat(execute("--networks", "glyph-resnet-a,glyph-lenet")).isEqualTo(2);
    assertThat(err.toString())
        .startsWith(
            "Cannot train 'glyph-lenet': no such network. Choose from glyph-resnet-a,"
                + " glyph-resnet-a-tuned, glyph-resnet-b, glyph-vgg, glyph-separable.");
  }

  @Test
  void everyNetworkComesAfterItsBaseAndHasItsArchitecture() {
    Set<String> known = new HashSet<>();
    for (ZooNetwork network : ZooNetwork.ALL) {
      assertThat(known).containsAll(network.base().stream().toList());
      network
          .base()
          .ifPresent(
              base ->
                  assertThat(ZooNetwork.ALL)
                      .anyMatch(
                          other ->
                              other.name().equals(base)
                                  && other.network().equals(network.network())));
      assertThat(known.add(network.name())).as(network.name()).isTrue();
    }
    assertThat(ZooNetwork.ALL)
        .extracting(n -> n.network().architecture())
        .contains("resnet", "vgg");
  }
}
