package dev.triptych.host.cli;

import dev.triptych.host.bundles.PluginSet;
import dev.triptych.host.bundles.Plugins;
import dev.triptych.host.works.PrettyJson;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code triptych plugins rollback [--to N]}: goes back to a set of plugins that worked. */
@Command(name = "rollback")
final class PluginsRollbackCommand implements Callable<Integer> {
  @ParentCommand private PluginsCommand plugins;

  @Option(names = "--to", paramLabel = "N", descriptionKey = "plugin.to")
  private Integer to;

  @Option(names = "--dry-run", descriptionKey = "plugin.dry")
  private boolean dry;

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Session session = plugins.session();
    Plugins all = plugins.program().host().plugins();
    OptionalInt wanted = to == null ? OptionalInt.empty() : OptionalInt.of(to);
    Map<String, String> before = versions(all.current());
    PluginSet set = dry ? all.earlier(wanted) : all.rollback(wanted);
    Map<String, String> after = versions(set);
    if (json) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("set", set.generation());
      row.put("done", !dry);
      row.put("before", before);
      row.put("after", after);
      session.console().out().println(PrettyJson.write(row));
      return Main.OK;
    }
    Messages messages = session.messages();
    session
        .console()
        .out()
        .println(messages.text(dry ? "plugin.would.back" : "plugin.back", set.generation()));
    TreeSet<String> ids = new TreeSet<>(before.keySet());
    ids.addAll(after.keySet());
    for (String id : ids) {
      String was = before.getOrDefault(id, "-");
      String is = after.getOrDefault(id, "-");
      session.console().out().println("  " + id + "  " + (was.equals(is) ? is : was + " → " + is));
    }
    return Main.OK;
  }

  private static Map<String, String> versions(PluginSet set) {
    Map<String, String> versions = new TreeMap<>();
    set.rows().forEach((id, row) -> versions.put(id, row.version()));
    return versions;
  }
}
