package dev.triptych.host.cli;

import dev.triptych.host.bundles.Plugins;
import dev.triptych.host.works.PrettyJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code triptych plugins remove ID}: removes a plugin, and gives back what it stood for. */
@Command(name = "remove")
final class PluginsRemoveCommand implements Callable<Integer> {
  @ParentCommand private PluginsCommand plugins;

  @Parameters(paramLabel = "ID", descriptionKey = "plugin.id")
  private String id;

  @Option(names = "--dry-run", descriptionKey = "plugin.dry")
  private boolean dry;

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Session session = plugins.session();
    Plugins all = plugins.program().host().plugins();
    if (dry) {
      List<String> brings = all.removable(id).brings();
      Map<String, Object> would = new LinkedHashMap<>();
      would.put("wouldRemove", id);
      would.put("brings", brings);
      session
          .console()
          .out()
          .println(
              json
                  ? PrettyJson.write(would)
                  : session.messages().text("plugin.would.remove", id, String.join(", ", brings)));
      return Main.OK;
    }
    all.remove(id);
    session
        .console()
        .out()
        .println(
            json
                ? PrettyJson.write(Map.of("removed", id))
                : session.messages().text("plugin.removed", id));
    return Main.OK;
  }
}
