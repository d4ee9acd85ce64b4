package org.zoopress.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.zoopress.archive.ModelBlob.MemberPointer;
import org.zoopress.archive.ModelBlob.PartPointer;
import org.zoopress.archive.PayloadPointer;
import org.zoopress.io.NetworkFigures;

/**
 * Where one part of a tensor is stored and what is known of it; column {@code parts_json} of the
 * tensors table holds a list of these, from which later runs reuse what they need not solve again.
 *
 * @param fingerprint of the unit that was solved
 * @param member which member of the unit this part is
 * @param restoredKey hash of the part as decoded
 * @param shared ids of the shared objects that the payload refers to
 * @param paperBytes of the whole unit
 * @param solverSeconds of the whole unit
 * @param base what the payload is the difference to; null if it stands alone
 * @param network of a tensor of a network that was compressed as a whole; else null
 */
record StoredPart(
    String fingerprint,
    int member,
    String runId,
    int pack,
    int offset,
    int length,
    String method,
    String operatingPoint,
    String why,
    double squaredError,
    double squaredNorm,
    String restoredKey,
    List<String> shared,
    long paperBytes,
    double solverSeconds,
    @JsonInclude(JsonInclude.Include.NON_NULL) Base base,
    @JsonInclude(JsonInclude.Include.NON_NULL) Network network) {

  /**
   * The part of another tensor that a part is stored as the difference to.
   *
   * @param model a model with that tensor
   * @param tensor its name there
   */
  record Base(
      String runId, int pack, int offset, int length, int member, String model, String tensor) {

    PayloadPointer pointer() {
      return new PayloadPointer(runId, pack, offset, length);
    }
  }

  /**
   * What is known of a network as it is stored, and of one of its tensors; see {@link
   * NetworkFigures}.
   *
   * @param normalization null if the network is stored losslessly
   * @param probes null as well, and in archives of versions that only had made ones
   * @param storedBytes bytes of the payload that the tensor is responsible for
   * @param weight whether the tensor is a layer's weight
   * @param layer what happened to the layer; null if it is not, or is stored losslessly
   */
  record Network(
      double divergence,
      double agreement,
      String normalization,
      @JsonInclude(JsonInclude.Include.NON_NULL) String probes,
      double seconds,
      double storedBytes,
      boolean weight,
      NetworkFigures.Layer layer) {}

  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  StoredPart {
    shared = shared == null ? List.of() : List.copyOf(shared); // of an archive without any
  }

  PayloadPointer pointer() {
    return new PayloadPointer(runId, pack, offset, length);
  }

  /** The same as a model's blob has it. */
  PartPointer partPointer() {
    return new PartPointer(
        pointer(), member, base == null ? null : new MemberPointer(base.pointer(), base.member()));
  }

  /** The payloads that the part cannot be restored without: its own, and its base's. */
  List<PayloadPointer> payloads() {
    return base == null ? List.of(pointer()) : List.of(pointer(), base.pointer());
  }

  static String toJson(List<StoredPart> parts) {
    try {
      return JSON.writeValueAsString(parts);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<StoredPart> ofJson(String json) throws IOException {
    return json == null ? List.of() : Arrays.asList(JSON.readValue(json, StoredPart[].class));
  }
}
