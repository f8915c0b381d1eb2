package dev.triptych.host.cli;

import dev.triptych.host.bundles.Plugin;
import dev.triptych.host.bundles.PluginSet;
import dev.triptych.host.bundles.Plugins;
import dev.triptych.host.works.PrettyJson;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code triptych plugins info ID}: what a plugin is, and in which kept sets it is. */
@Command(name = "info")
final class PluginsInfoCommand implements Callable<Integer> {
  @ParentCommand private PluginsCommand plugins;

  @Parameters(paramLabel = "ID", descriptionKey = "plugin.id")
  private String id;

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Session session = plugins.session();
    Plugins all = plugins.program().host().plugins();
    Plugin plugin = all.find(id);
    PrintStream out = session.console().out();
    if (json) {
      Map<String, Object> row = PluginsCommand.json(plugin);
      row.put("sets", sets(all));
      out.println(PrettyJson.write(row));
      return Main.OK;
    }
    Messages messages = session.messages();
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("id", plugin.id());
    lines.put("version", plugin.version());
    lines.put("ground", PluginsCommand.ground(plugin, messages));
    plugin.installed().ifPresent(row -> lines.put("origin", row.origin()));
    plugin.installed().ifPresent(row -> lines.put("sha256", row.sha256()));
    lines.put("generators", String.join(", ", plugin.generators()));
    lines.put("modelTypes", String.join(", ", plugin.modelTypes()));
    lines.put("schedulers", String.join(", ", plugin.schedulers()));
    lines.put("problem", plugin.problem().map(session::say).orElse(""));
    lines.forEach(
        (key, value) -> {
          if (!value.isEmpty()) {
            out.println(messages.text("info.line", messages.text("plugin.info." + key), value));
          }
        });
    for (PluginSet set : all.sets()) {
      if (set.rows().containsKey(id)) {
        out.println(
            messages.text("plugin.info.set", set.generation(), set.rows().get(id).version()));
      }
    }
    return Main.OK;
  }

  private List<Map<String, Object>> sets(Plugins all) {
    List<Map<String, Object>> sets = new ArrayList<>();
    for (PluginSet set : all.sets()) {
      if (set.rows().containsKey(id)) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("set", set.generation());
        one.put("version", set.rows().get(id).version());
        one.put("current", set.generation() == all.current().generation());
        sets.add(one);
      }
    }
    return sets;
  }
}
