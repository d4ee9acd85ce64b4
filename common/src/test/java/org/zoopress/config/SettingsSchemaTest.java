package org.zoopress.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsSchemaTest {
  private static final Path ROOT = Path.of(System.getProperty("zoopress.root", ".."));

  /** After a change of the settings: copy the file named in the message over the committed one. */
  @Test
  void theCommittedSchemaIsTheGeneratedOne() throws Exception {
    Path generated = Files.createDirectories(Path.of("target")).resolve("zoopress.schema.json");
    Files.writeString(generated, SettingsSchema.json());
    assertThat(ROOT.resolve("conf/zoopress.schema.json"))
        .as("copy %s over it", generated.toAbsolutePath())
        .hasSameTextualContentAs(generated);
  }

  @Test
  void everySettingIsInItUnderItsNestedName() throws Exception {
    JsonNode root = new ObjectMapper().readTree(SettingsSchema.json());
    for (Setting<?> setting : Keys.all()) {
      JsonNode node = root;
      for (String name : setting.key().split("\\.")) {
        assertThat(node.get("additionalProperties").asBoolean()).isFalse();
        node = node.get("properties").get(name);
      }
      assertThat(node.get("description").asText()).startsWith(setting.doc());
    }
  }
}
