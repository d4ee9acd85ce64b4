package org.zoopress.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.zoopress.archive.PayloadPointer;

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
    double solverSeconds) {

  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  StoredPart {
    shared = shared == null ? List.of() : List.copyOf(shared); // of an archive without any
  }

  PayloadPointer pointer() {
    return new PayloadPointer(runId, pack, offset, length);
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
