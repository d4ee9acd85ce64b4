package org.zoopress.archive;

import java.util.HashMap;
import java.util.Map;

/**
 * A row of a {@link Table}: values by column name. Unknown columns are refused when the row is
 * written.
 */
public final class Row {
  private final Map<String, Object> values = new HashMap<>();

  /** Sets a value; null leaves the column empty. */
  public Row set(String column, Object value) {
    values.put(column, value);
    return this;
  }

  /** The value or null. */
  public Object get(String column) {
    return values.get(column);
  }

  /** A text, or null. */
  public String string(String column) {
    return (String) values.get(column);
  }

  /** A 32-bit number; 0 if empty. */
  public int int32(String column) {
    return values.get(column) instanceof Integer value ? value : 0;
  }

  /** A 64-bit number; 0 if empty. */
  public long int64(String column) {
    return values.get(column) instanceof Long value ? value : 0;
  }

  /** A double; NaN if empty. */
  public double float64(String column) {
    return values.get(column) instanceof Double value ? value : Double.NaN;
  }

  /** A truth value; false if empty. */
  public boolean bool(String column) {
    return values.get(column) instanceof Boolean value && value;
  }

  /** Bytes, or null. */
  public byte[] binary(String column) {
    return (byte[]) values.get(column);
  }

  /** Names of the columns that were set. */
  public Iterable<String> columns() {
    return values.keySet();
  }
}
