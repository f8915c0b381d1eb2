package dev.triptych.host.cli;

import dev.triptych.host.origin.Origins;
import dev.triptych.host.origin.PluginIndex;
import dev.triptych.host.origin.PluginIndex.Entry;
import dev.triptych.host.works.PrettyJson;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code triptych plugins search WORD...}: looks for plugins in an index. */
@Command(name = "search")
final class PluginsSearchCommand implements Callable<Integer> {
  @ParentCommand private PluginsCommand plugins;

  @Parameters(paramLabel = "WORD", arity = "1..*", descriptionKey = "plugin.word")
  private List<String> words;

  @Option(names = "--index", paramLabel = "FILE|ADDRESS", descriptionKey = "plugin.index")
  private String index;

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    PluginIndex all = plugins.fetch(index, Origins::index);
    List<Entry> found = all.search(String.join(" ", words));
    Session session = plugins.session();
    PrintStream out = session.console().out();
    if (json) {
      out.println(PrettyJson.write(found.stream().map(PluginsSearchCommand::json).toList()));
      return Main.OK;
    }
    Messages messages = session.messages();
    if (found.isEmpty()) {
      out.println(messages.text("search.none", all.place()));
    }
    for (Entry entry : found) {
      out.println(entry.id() + "  " + entry.version() + "  " + entry.titleIn(messages.locale()));
      String summary = entry.summaryIn(messages.locale());
      if (!summary.isEmpty()) {
        out.println("  " + summary);
      }
      if (!entry.mediaTypes().isEmpty()) {
        out.println("  " + messages.text("search.makes", String.join(", ", entry.mediaTypes())));
      }
      entry.key().ifPresent(key -> out.println("  " + messages.text("search.key", key)));
      entry.api().ifPresent(api -> out.println("  " + messages.text("search.api", api)));
    }
    return Main.OK;
  }

  private static Map<String, Object> json(Entry entry) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", entry.id());
    json.put("version", entry.version());
    json.put("title", entry.title());
    json.put("summary", entry.summary());
    json.put("mediaTypes", entry.mediaTypes());
    json.put("source", entry.source());
    json.put("sha256", entry.sha256());
    entry.key().ifPresent(key -> json.put("key", key));
    entry.api().ifPresent(api -> json.put("api", api));
    return json;
  }
}
