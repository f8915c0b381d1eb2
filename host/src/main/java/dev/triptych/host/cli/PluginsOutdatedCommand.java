package dev.triptych.host.cli;

import dev.triptych.host.bundles.Plugin;
import dev.triptych.host.bundles.PluginSet.Row;
import dev.triptych.host.origin.Offer;
import dev.triptych.host.works.PrettyJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code triptych plugins outdated}: what is installed beside what its origin offers now. */
@Command(name = "outdated")
final class PluginsOutdatedCommand implements Callable<Integer> {
  @ParentCommand private PluginsCommand plugins;

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Session session = plugins.session();
    List<Map<String, Object>> rows = new ArrayList<>();
    boolean failed = false;
    int newer = 0;
    for (Plugin plugin : plugins.installed()) {
      Row row = plugin.installed().orElseThrow();
      Map<String, Object> said = new LinkedHashMap<>();
      said.put("id", plugin.id());
      said.put("version", row.version());
      said.put("origin", row.origin());
      try {
        Offer offer = plugins.fetch(null, origins -> origins.offer(row.origin(), row.sha256()));
        said.put("outdated", offer.newer());
        offer.version().ifPresent(version -> said.put("offered", version));
        newer += offer.newer() ? 1 : 0;
        if (offer.newer() && !json) {
          String to = offer.version().orElseGet(() -> session.messages().text("outdated.other"));
          session
              .console()
              .out()
              .println(plugin.id() + "  " + row.version() + " → " + to + "  " + row.origin());
        }
      } catch (IllegalArgumentException | IOException e) {
        failed = true;
        said.put("problem", Failures.sentence(e));
        if (!json) {
          session.console().err().println(plugin.id() + ": " + session.say(e));
        }
      }
      rows.add(said);
    }
    if (json) {
      session.console().out().println(PrettyJson.write(rows));
    } else if (newer == 0 && !failed) {
      session.console().out().println(session.messages().text("outdated.none"));
    }
    return failed ? Main.FAILED : Main.OK;
  }
}
