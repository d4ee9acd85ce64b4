package org.zoopress.method;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.CorruptDataException;

/**
 * Finds shared objects by id and keeps them decoded, so that a thousand payloads with one codebook
 * decode it once. Not thread-safe.
 */
public final class SharedFactors {
  /** Where contents come from. */
  public interface Source {
    /**
     * The object of that id.
     *
     * @throws CorruptDataException if there is none
     */
    SharedObject object(SharedId id);
  }

  private final Source source;
  private final Map<SharedId, Object> decoded = new HashMap<>();

  /** Reads from the source what is asked for, once. */
  public SharedFactors(Source source) {
    this.source = source;
  }

  /** No object at all, for payloads that stand alone. */
  public static SharedFactors none() {
    return of(List.of());
  }

  /** These objects. */
  public static SharedFactors of(List<SharedObject> objects) {
    Map<SharedId, SharedObject> byId = new HashMap<>();
    objects.forEach(object -> byId.put(object.id(), object));
    return new SharedFactors(
        id -> {
          SharedObject object = byId.get(id);
          if (object == null) {
            throw new CorruptDataException("there is no shared object " + id);
          }
          return object;
        });
  }

  /**
   * The decoded object; the decoder must use up the body.
   *
   * @param decoder from the body to a value nobody changes; always the same one for a kind
   * @throws CorruptDataException if there is no such object, or it is of another kind
   */
  public <T> T get(
      SharedId id, SharedObject.Kind kind, Class<T> type, Function<ByteReader, T> decoder) {
    Object value = decoded.get(id);
    if (value == null) {
      SharedObject object = source.object(id);
      if (object.kind() != kind) {
        throw new CorruptDataException(
            "shared object %s is %s, not %s".formatted(id, object.kind(), kind));
      }
      ByteReader in = new ByteReader(object.body());
      value = decoder.apply(in);
      in.expectEnd();
      decoded.put(id, value);
    }
    return type.cast(value);
  }
}
