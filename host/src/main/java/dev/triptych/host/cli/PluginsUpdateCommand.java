package dev.triptych.host.cli;

import dev.triptych.host.bundles.Plugin;
import dev.triptych.host.bundles.Plugins;
import dev.triptych.host.bundles.Terms;
import dev.triptych.host.trust.Candidate;
import dev.triptych.host.trust.Ground;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/**
 * {@code triptych plugins update ID|SOURCE}: updates a plugin that is there, from where it came or
 * from another source. One that nobody signed may be updated so again.
 */
@Command(name = "update")
final class PluginsUpdateCommand implements Callable<Integer> {
  @ParentCommand private PluginsCommand plugins;

  @Parameters(paramLabel = "ID|SOURCE", descriptionKey = "plugin.id.or.source")
  private String source;

  @Option(names = "--dry-run", descriptionKey = "plugin.dry")
  private boolean dry;

  @Option(names = "--allow-unsigned", descriptionKey = "plugin.unsigned")
  private boolean unsigned;

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Plugins all = plugins.program().host().plugins();
    Optional<Plugin> named =
        all.list().stream()
            .filter(plugin -> plugin.id().equals(source) && plugin.installed().isPresent())
            .findFirst();
    Candidate candidate =
        plugins.candidate(named.map(plugin -> plugin.installed().get().origin()).orElse(source));
    boolean before =
        named.map(one -> one.installed().get().ground() == Ground.UNSIGNED).orElse(false);
    Terms terms = new Terms(unsigned || before);
    PluginChange change = new PluginChange(plugins.session(), json);
    if (dry) {
      return change.show(all.preview(candidate, terms));
    }
    change.uses(candidate, terms);
    return change.show(all.update(candidate, terms));
  }
}
