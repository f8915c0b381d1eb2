package dev.triptych.host.cli;

import dev.triptych.host.bundles.Plugins.Plugin;
import dev.triptych.host.works.PrettyJson;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code triptych plugins list|install|remove}. */
@Command(
    name = "plugins",
    subcommands = {
      PluginsTrustCommand.class,
      PluginsVerifyCommand.class,
      PluginsKeygenCommand.class,
      PluginsSignCommand.class
    })
final class PluginsCommand implements Runnable {
  @ParentCommand private TriptychCommand program;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), program.session().messages().text("usage.plugins"));
  }

  Session session() {
    return program.session();
  }

  @Command(name = "list")
  int list(@Option(names = "--json", descriptionKey = "option.json") boolean json)
      throws Exception {
    Session session = program.session();
    var all = program.host().plugins().list();
    PrintStream out = session.console().out();
    if (json) {
      out.println(PrettyJson.write(all.stream().map(PluginsCommand::json).toList()));
    } else {
      all.forEach(one -> print(one, session));
    }
    return Main.OK;
  }

  @Command(name = "install")
  int install(
      @Parameters(paramLabel = "FILE", descriptionKey = "plugin.file") Path file,
      @Option(names = "--allow-unsigned", descriptionKey = "plugin.unsigned") boolean unsigned,
      @Option(names = "--json", descriptionKey = "option.json") boolean json)
      throws Exception {
    Session session = program.session();
    show(program.host().plugins().install(file, unsigned), json, session);
    return Main.OK;
  }

  @Command(name = "remove")
  int remove(
      @Parameters(paramLabel = "ID", descriptionKey = "plugin.id") String id,
      @Option(names = "--json", descriptionKey = "option.json") boolean json)
      throws Exception {
    Session session = program.session();
    program.host().plugins().remove(id);
    session
        .console()
        .out()
        .println(
            json
                ? PrettyJson.write(Map.of("removed", id))
                : session.messages().text("plugin.removed", id));
    return Main.OK;
  }

  private static void show(Plugin plugin, boolean json, Session session) {
    if (json) {
      session.console().out().println(PrettyJson.write(json(plugin)));
    } else {
      print(plugin, session);
    }
  }

  private static void print(Plugin plugin, Session session) {
    Messages messages = session.messages();
    String kind =
        messages.text(
            plugin.builtIn()
                ? "plugin.kind.builtin"
                : plugin.signed() ? "plugin.kind.signed" : "plugin.kind.unsigned");
    session
        .console()
        .out()
        .printf(
            "%s  %s  %s  %s%n",
            plugin.id(),
            plugin.version(),
            kind,
            plugin.problem().map(session::say).orElse(String.join(", ", plugin.brings())));
  }

  private static Map<String, Object> json(Plugin plugin) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", plugin.id());
    json.put("version", plugin.version());
    json.put("builtIn", plugin.builtIn());
    json.put("signed", plugin.signed());
    json.put("generators", plugin.generators());
    json.put("modelTypes", plugin.modelTypes());
    json.put("schedulers", plugin.schedulers());
    plugin.problem().ifPresent(problem -> json.put("problem", problem));
    return json;
  }
}
