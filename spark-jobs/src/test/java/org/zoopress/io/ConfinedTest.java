package org.zoopress.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.error.BadModelException;

/** Names from hostile archives stay below the folder. */
class ConfinedTest {
  private static final Path FOLDER = new Path("file:/tmp/out");

  @Test
  void aNameThatLooksLikeAFileSystemIsAName() {
    assertThat(Confined.below(FOLDER, "file:/etc/passwd").toUri().getPath())
        .isEqualTo("/tmp/out/file:/etc/passwd");
    assertThat(Confined.below(FOLDER, "a:b.onnx").toUri().getPath()).isEqualTo("/tmp/out/a:b.onnx");
    assertThat(Confined.below(new Path("hdfs://host:1/"), "m.onnx").toString())
        .isEqualTo("hdfs://host:1/m.onnx");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "/etc/passwd", "a/../../x", "", "a//b", "."})
  void waysOutAreRefused(String path) {
    assertThatThrownBy(() -> Confined.below(FOLDER, path))
        .isInstanceOf(BadModelException.class)
        .hasMessageContaining("inside the zoo");
  }
}
