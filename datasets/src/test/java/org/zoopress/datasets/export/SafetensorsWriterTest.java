package org.zoopress.datasets.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.zoopress.datasets.network.NamedTensor;
import org.zoopress.tensor.Shape;

class SafetensorsWriterTest {

  @Test
  void headerIsPaddedJsonAndValuesFollowInOrder() {
    byte[] file =
        SafetensorsWriter.encode(
            List.of(
                new NamedTensor("a.weight", Shape.of(2, 1), new float[] {1, -2}),
                new NamedTensor("b", Shape.of(), new float[] {Float.MIN_VALUE})));
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) in.getLong();
    assertThat(length % 8).isZero();
    byte[] header = new byte[length];
    in.get(header);
    assertThat(new String(header, StandardCharsets.UTF_8).stripTrailing())
        .isEqualTo(
            "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"a.weight\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]}}");
    assertThat(in.getFloat()).isEqualTo(1);
    assertThat(in.getFloat()).isEqualTo(-2);
    assertThat(in.getFloat()).isEqualTo(Float.MIN_VALUE);
    assertThat(in.hasRemaining()).isFalse();
  }

  @Test
  void refusesNamesThatWouldNeedEscapes() {
    NamedTensor quoted = new NamedTensor("a\"b", Shape.of(1), new float[1]);
    assertThatThrownBy(() -> SafetensorsWriter.encode(List.of(quoted)))
        .hasMessage("unsafe tensor name: a\"b");
  }
}
