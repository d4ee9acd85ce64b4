package org.zoopress.zoo;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Shorter text of a safetensors header for storing it. Where every tensor begins at the end of the
 * one listed before it, as nearly all writers do, {@code "data_offsets":[begin,end]} becomes {@code
 * "data_offsets":[end-begin]}: sizes repeat from layer to layer, offsets never do. Measured on the
 * ResNets for CIFAR-10: about half the compressed header.
 */
final class OffsetText {
  private static final Pattern LONG =
      Pattern.compile("\"data_offsets\":\\[(\\d{1,18}),(\\d{1,18})\\]");
  private static final Pattern SHORT = Pattern.compile("\"data_offsets\":\\[(\\d{1,18})\\]");

  private OffsetText() {}

  /** The shorter text, or empty if {@link #expand} would not give these very bytes back. */
  static Optional<byte[]> shorten(byte[] literals) {
    byte[] text =
        replace(
            LONG,
            literals,
            match -> Long.parseLong(match.group(2)) - Long.parseLong(match.group(1)));
    return Arrays.equals(expand(text), literals) ? Optional.of(text) : Optional.empty();
  }

  private static byte[] replace(
      Pattern pattern, byte[] bytes, Function<MatchResult, Object> value) {
    Matcher matcher = pattern.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
    return matcher
        .replaceAll(match -> "\"data_offsets\":[" + value.apply(match) + "]")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Inverse of {@link #shorten}, for any bytes. */
  static byte[] expand(byte[] text) {
    long[] end = {0};
    return replace(
        SHORT,
        text,
        match -> {
          long begin = end[0];
          end[0] += Long.parseLong(match.group(1));
          return begin + "," + end[0];
        });
  }
}
