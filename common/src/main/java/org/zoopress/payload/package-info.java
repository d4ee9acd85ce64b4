/**
 * The stored container of a solved unit: one weight partition, or several that share factors.
 *
 * <pre>
 * byte     format version: 1; 2 for a difference to another payload's member; 3 for the compact list of members
 * members  number, dtypes and shapes: see MemberList
 * bodies   until all members are covered: method code (byte), members covered (varint), length (varint), factors;
 *          none in a difference that is a copy
 * int32    CRC32C of everything before, little-endian
 * </pre>
 *
 * <p>The factors' own bytes are described by each method. A reader checks the version first and the
 * CRC second, so that damaged bytes never turn into wrong weights.
 */
package org.zoopress.payload;
