package org.zoopress.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.zoopress.config.Keys;
import org.zoopress.config.Setting;
import org.zoopress.config.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code zoopress settings}: needs no Spark. */
@Command(
    name = "settings",
    description =
        "Lists all settings: value, where it comes from, range and meaning. With --profile and"
            + " --set it shows what a run with them would use.",
    footer = {"", "Example:", "  submit/zoopress settings --profile nightly"})
final class SettingsCommand extends VerbCommand {
  @Mixin private SettingsOptions options = new SettingsOptions();

  SettingsCommand(CliContext context) {
    super("settings", context);
  }

  @Override
  public Integer call() {
    Settings settings = options.resolve(context(), List.of());
    print(json(settings), text(settings));
    return ExitCode.OK;
  }

  private static ObjectNode json(Settings settings) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode array = json.putArray("settings");
    for (Setting<?> setting : Keys.all()) {
      array
          .addObject()
          .put("key", setting.key())
          .put("value", settings.resolved().get(setting.key()))
          .put("origin", settings.origin(setting))
          .put("default", setting.defaultText())
          .put("range", setting.type().describe())
          .put("affects_bytes", setting.affectsBytes())
          .put("doc", setting.doc());
    }
    return json.put("fingerprint", settings.fingerprint());
  }

  private static String text(Settings settings) {
    StringBuilder text = new StringBuilder();
    for (Setting<?> setting : Keys.all()) {
      text.append(
          "%s = %s   (%s)%n    %s%n    %s%n%n"
              .formatted(
                  setting.key(),
                  settings.resolved().get(setting.key()),
                  settings.origin(setting),
                  setting.doc(),
                  setting.type().describe()));
    }
    return text.append(
            """
            A setting is taken from, the last one winning: its default; --profile; the environment \
            (ZOOPRESS_SCALAR_BITS=3);
            spark-submit's --conf spark.zoopress.scalar.bits=3; --set scalar.bits=3; an option of \
            its own.
            """)
        .toString();
  }
}
