package org.zoopress.zoo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** JSON of foreign files: UTF-8 only, no duplicate keys, shallow, one value. */
final class StrictJson {
  private static final int MAX_DEPTH = 64;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // The location is the bytes themselves; they do not belong into a message.
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          // Names come from the file: interning them would fill the JVM's table for good.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(64)
                  .maxStringLength(Integer.MAX_VALUE) // the whole text is bounded by the caller
                  .build())
          .build();

  private StrictJson() {}

  /** A parser over the text; bytes that are not UTF-8 give an {@link IOException} while reading. */
  static JsonParser parser(byte[] text) throws IOException {
    return FACTORY.createParser(
        new InputStreamReader(
            new ByteArrayInputStream(text),
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)));
  }
}
