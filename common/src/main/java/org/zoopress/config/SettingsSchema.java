package org.zoopress.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The JSON schema of a profile, so that editors complete keys and mark mistakes. */
public final class SettingsSchema {
  private SettingsSchema() {}

  /** The schema as text with a final line feed; equal on every platform. */
  public static String json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", "Zoopress profile");
    group(root);
    for (Setting<?> setting : Keys.all()) {
      ObjectNode node = root;
      String[] names = setting.key().split("\\.");
      for (int depth = 0; depth < names.length - 1; depth++) {
        ObjectNode properties = (ObjectNode) node.get("properties");
        node =
            properties.has(names[depth])
                ? (ObjectNode) properties.get(names[depth])
                : group(properties.putObject(names[depth]));
      }
      ((ObjectNode) node.get("properties")).set(names[names.length - 1], leaf(setting));
    }
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter()
            .withObjectIndenter(indenter)
            .withArrayIndenter(DefaultPrettyPrinter.FixedSpaceIndenter.instance);
    try {
      return new ObjectMapper().writer(printer).writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain nodes can always be written", e);
    }
  }

  private static ObjectNode group(ObjectNode node) {
    node.put("type", "object").put("additionalProperties", false).putObject("properties");
    return node;
  }

  private static ObjectNode leaf(Setting<?> setting) {
    ObjectNode node = setting.type().schema().get();
    String fallback =
        setting.defaultText().isEmpty() ? "" : " Default: " + setting.defaultText() + ".";
    String range = setting.type().describe();
    return node.put(
        "description",
        "%s %s.%s"
            .formatted(
                setting.doc(),
                Character.toUpperCase(range.charAt(0)) + range.substring(1),
                fallback));
  }
}
