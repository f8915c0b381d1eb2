package dev.triptych.host.cli;

import dev.triptych.host.bundles.Plugin;
import dev.triptych.host.works.PrettyJson;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code triptych plugins list}: the plugins, why each is there, and what it brings. */
@Command(name = "list")
final class PluginsListCommand implements Callable<Integer> {
  @ParentCommand private PluginsCommand plugins;

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Session session = plugins.session();
    List<Plugin> all = plugins.program().host().plugins().list();
    if (json) {
      session
          .console()
          .out()
          .println(PrettyJson.write(all.stream().map(PluginsCommand::json).toList()));
    } else {
      all.forEach(one -> session.console().out().println(PluginsCommand.line(one, session)));
    }
    return Main.OK;
  }
}
