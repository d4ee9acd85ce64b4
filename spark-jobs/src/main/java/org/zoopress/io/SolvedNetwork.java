package org.zoopress.io;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.Serializable;
import java.util.List;

/**
 * What is known of a network once its candidates lie in a staged file.
 *
 * @param key names all that the candidates depend on
 * @param members names of the tensors that payloads hold, in their order
 * @param solutions the lossless one first; empty if it was refused
 * @param refusal why it cannot be compressed as a whole; empty if it was
 */
public record SolvedNetwork(
    String key, List<String> members, List<SolvedUnit.Solution> solutions, String refusal)
    implements Serializable {

  /** One that cannot be compressed as a whole. */
  public static SolvedNetwork refused(String key, String reason) {
    return new SolvedNetwork(key, List.of(), List.of(), reason);
  }

  /** Whether there are no candidates. */
  @JsonIgnore
  public boolean isRefused() {
    return !refusal.isEmpty();
  }
}
