package org.zoopress.zoo;

/** A file's bytes outside of its tensors, and where its tensors are. */
record FileText(byte[] literals, ByteRanges holes) {}
