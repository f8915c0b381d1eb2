package dev.triptych.host.cli;

import dev.triptych.host.bundles.Plugins;
import dev.triptych.host.bundles.Terms;
import dev.triptych.host.trust.Candidate;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code triptych plugins install SOURCE}: installs a plugin, or updates it. */
@Command(name = "install")
final class PluginsInstallCommand implements Callable<Integer> {
  @ParentCommand private PluginsCommand plugins;

  @Parameters(paramLabel = "SOURCE", descriptionKey = "plugin.source")
  private String source;

  @Option(names = "--dry-run", descriptionKey = "plugin.dry")
  private boolean dry;

  @Option(names = "--allow-unsigned", descriptionKey = "plugin.unsigned")
  private boolean unsigned;

  @Option(names = "--isolate", descriptionKey = "plugin.isolate")
  private boolean isolate;

  @Option(names = "--uploaded", hidden = true) // said by the web
  private boolean uploaded;

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Candidate candidate = plugins.candidate(source, uploaded);
    Terms terms = isolate ? new Terms(unsigned).isolated() : new Terms(unsigned);
    PluginChange change = new PluginChange(plugins.session(), json);
    Plugins all = plugins.program().host().plugins();
    if (dry) {
      return change.show(all.preview(candidate, terms));
    }
    change.uses(candidate, terms);
    return change.show(all.install(candidate, terms));
  }
}
