package org.zoopress.evaluate;

import java.util.regex.Pattern;

/**
 * Patterns over model names. Not {@link java.nio.file.PathMatcher}, whose rules depend on the
 * machine's file system.
 */
final class ModelGlob {
  private ModelGlob() {}

  static boolean matches(String glob, String model) {
    String subject = glob.contains("/") ? model : model.substring(model.lastIndexOf('/') + 1);
    return Pattern.matches(regex(glob), subject);
  }

  private static String regex(String glob) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      if (c == '*' && i + 1 < glob.length() && glob.charAt(i + 1) == '*') {
        regex.append(".*");
        i++;
      } else if (c == '*') {
        regex.append("[^/]*");
      } else if (c == '?') {
        regex.append("[^/]");
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return regex.toString();
  }
}
