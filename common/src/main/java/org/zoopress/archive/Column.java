package org.zoopress.archive;

/**
 * A flat column of a table. Names are snake_case and carry the unit where there is one; every
 * column may be null.
 */
public record Column(String name, Kind kind) {

  /** Types of columns; timestamps are microseconds since 1970-01-01 UTC. */
  public enum Kind {
    STRING,
    INT32,
    INT64,
    DOUBLE,
    BOOLEAN,
    TIMESTAMP,
    BINARY
  }

  static Column string(String name) {
    return new Column(name, Kind.STRING);
  }

  static Column int32(String name) {
    return new Column(name, Kind.INT32);
  }

  static Column int64(String name) {
    return new Column(name, Kind.INT64);
  }

  static Column float64(String name) {
    return new Column(name, Kind.DOUBLE);
  }

  static Column bool(String name) {
    return new Column(name, Kind.BOOLEAN);
  }

  static Column timestamp(String name) {
    return new Column(name, Kind.TIMESTAMP);
  }

  static Column binary(String name) {
    return new Column(name, Kind.BINARY);
  }
}
