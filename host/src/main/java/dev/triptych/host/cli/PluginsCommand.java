package dev.triptych.host.cli;

import dev.triptych.host.Home;
import dev.triptych.host.bundles.Plugin;
import dev.triptych.host.bundles.PluginSet.Row;
import dev.triptych.host.origin.Origins;
import dev.triptych.host.origin.WebFiles;
import dev.triptych.host.trust.Candidate;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code triptych plugins}: the commands below it do the work. */
@Command(
    name = "plugins",
    subcommands = {
      PluginsListCommand.class,
      PluginsInfoCommand.class,
      PluginsSearchCommand.class,
      PluginsOutdatedCommand.class,
      PluginsInstallCommand.class,
      PluginsUpdateCommand.class,
      PluginsRemoveCommand.class,
      PluginsRollbackCommand.class,
      PluginsTrustCommand.class,
      PluginsVerifyCommand.class,
      PluginsKeygenCommand.class,
      PluginsSignCommand.class,
      PluginsDevCommand.class
    })
final class PluginsCommand implements Runnable {
  @ParentCommand private TriptychCommand program;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), program.session().messages().text("usage.plugins"));
  }

  TriptychCommand program() {
    return program;
  }

  Session session() {
    return program.session();
  }

  /** Asks where plugins come from. */
  interface Asking<T> {
    T ask(Origins origins) throws IOException, InterruptedException;
  }

  /**
   * Asks where plugins come from, showing how it gets on; the user may stop it.
   *
   * @param index the file or address of an index; null for the one that config.json names
   */
  <T> T fetch(String index, Asking<T> asking) throws IOException, InterruptedException {
    Session session = session();
    Optional<String> place = Optional.ofNullable(index).or(this::configured);
    try (FetchProgress progress = new FetchProgress(session, program.quiet())) {
      return asking.ask(
          new Origins(session.folder(), place, session.console().environment(), progress));
    }
  }

  /** Returns the index that config.json names; a file lies below the home folder. */
  private Optional<String> configured() {
    Home home = session().home();
    return home.pluginIndex()
        .map(
            place ->
                WebFiles.isAddress(place)
                    ? place
                    : home.folder().toAbsolutePath().resolve(place).toString());
  }

  /**
   * Gets what a user means: a file, an address, Maven coordinates or an id of the index.
   *
   * @throws IllegalArgumentException if there is no such thing
   */
  Candidate candidate(String source) throws IOException, InterruptedException {
    return fetch(null, origins -> origins.get(source));
  }

  /**
   * Gets what a user means.
   *
   * @param uploaded whether it is a file that was sent, and goes after this command
   */
  Candidate candidate(String source, boolean uploaded) throws IOException, InterruptedException {
    Candidate candidate = candidate(source);
    return uploaded ? candidate.handedOver(Candidate.Way.UPLOAD) : candidate;
  }

  /** Returns the plugins that were installed. */
  List<Plugin> installed() throws IOException {
    return program.host().plugins().list().stream()
        .filter(plugin -> plugin.installed().isPresent())
        .toList();
  }

  /** Returns a plugin in one line. */
  static String line(Plugin plugin, Session session) {
    return String.format(
        "%s  %s  %s  %s",
        plugin.id(),
        plugin.version(),
        ground(plugin, session.messages()),
        plugin.problem().map(session::say).orElse(String.join(", ", plugin.brings())));
  }

  /** Returns why a plugin is there: built in, or what vouched for it. */
  static String ground(Plugin plugin, Messages messages) {
    return plugin
        .installed()
        .map(
            row ->
                messages.text("plugin.ground." + row.ground())
                    + row.voucher().map(by -> " (" + by + ")").orElse("")
                    + (row.isolated() ? messages.text("plugin.isolated") : ""))
        .orElseGet(() -> messages.text("plugin.kind.builtin"));
  }

  /** Returns a plugin as JSON. */
  static Map<String, Object> json(Plugin plugin) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", plugin.id());
    json.put("version", plugin.version());
    json.put("builtIn", plugin.builtIn());
    if (plugin.installed().isPresent()) {
      Row row = plugin.installed().get();
      json.put("ground", row.ground().name());
      row.voucher().ifPresent(voucher -> json.put("voucher", voucher));
      json.put("sha256", row.sha256());
      json.put("origin", row.origin());
      json.put("isolated", row.isolated());
    }
    json.put("generators", plugin.generators());
    json.put("modelTypes", plugin.modelTypes());
    json.put("schedulers", plugin.schedulers());
    plugin.problem().ifPresent(problem -> json.put("problem", problem));
    return json;
  }
}
