package org.zoopress.io;

import java.io.Serializable;

/**
 * A file of the zoo as listed: path relative to the zoo, length in bytes, modification time in ms
 * since 1970.
 */
public record FileStamp(String path, long length, long modified) implements Serializable {}
