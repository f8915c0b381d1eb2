package dev.triptych.host.cli;

import dev.triptych.host.bundles.Plugin;
import dev.triptych.host.bundles.PluginSet.Row;
import dev.triptych.host.bundles.Plugins;
import dev.triptych.host.bundles.Terms;
import dev.triptych.host.origin.Offer;
import dev.triptych.host.trust.Candidate;
import dev.triptych.host.trust.Ground;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/**
 * {@code triptych plugins update [ID|SOURCE]}: updates a plugin that is there, to what its origin
 * offers now or to another source; without a name all those whose origin offers another. One that
 * nobody signed may be updated so again.
 */
@Command(name = "update")
final class PluginsUpdateCommand implements Callable<Integer> {
  @ParentCommand private PluginsCommand plugins;

  @Parameters(arity = "0..1", paramLabel = "ID|SOURCE", descriptionKey = "plugin.id.or.source")
  private String source;

  @Option(names = "--dry-run", descriptionKey = "plugin.dry")
  private boolean dry;

  @Option(names = "--allow-unsigned", descriptionKey = "plugin.unsigned")
  private boolean unsigned;

  @Option(names = "--uploaded", hidden = true) // said by the web
  private boolean uploaded;

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (source == null) {
      return all();
    }
    Optional<Plugin> named =
        plugins.installed().stream().filter(plugin -> plugin.id().equals(source)).findFirst();
    if (named.isEmpty()) {
      return update(plugins.candidate(source, uploaded), new Terms(unsigned));
    }
    Row row = named.get().installed().orElseThrow();
    return update(candidate(offer(row)), terms(row));
  }

  /** Updates each plugin whose origin offers another jar; one that fails keeps none back. */
  private int all() throws IOException, InterruptedException {
    Session session = plugins.session();
    int exit = Main.OK;
    int newer = 0;
    for (Plugin plugin : plugins.installed()) {
      Row row = plugin.installed().orElseThrow();
      try {
        Offer offer = offer(row);
        if (offer.newer()) {
          newer++;
          exit = Math.max(exit, update(candidate(offer), terms(row)));
        }
      } catch (IllegalArgumentException | IOException e) {
        exit = Main.FAILED;
        session.console().err().println(plugin.id() + ": " + session.say(e));
      }
    }
    if (newer == 0 && exit == Main.OK && !json) {
      session.console().out().println(session.messages().text("outdated.none"));
    }
    return exit;
  }

  private Offer offer(Row row) throws IOException, InterruptedException {
    return plugins.fetch(null, origins -> origins.offer(row.origin(), row.sha256()));
  }

  private Candidate candidate(Offer offer) throws IOException, InterruptedException {
    return offer.candidate().isPresent()
        ? offer.candidate().get()
        : plugins.candidate(offer.source());
  }

  private Terms terms(Row row) {
    return new Terms(unsigned || row.ground() == Ground.UNSIGNED);
  }

  private int update(Candidate candidate, Terms terms) throws IOException, InterruptedException {
    Plugins all = plugins.program().host().plugins();
    PluginChange change = new PluginChange(plugins.session(), json);
    if (dry) {
      return change.show(all.preview(candidate, terms));
    }
    change.uses(candidate, terms);
    return change.show(all.update(candidate, terms));
  }
}
