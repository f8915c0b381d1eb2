package dev.triptych.host.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code triptych}: the commands below it do the work. */
@Command(
    name = "triptych",
    subcommands = {
      CreateCommand.class,
      PlanCommand.class,
      GeneratorsCommand.class,
      GenerateCommand.class,
      PluginsCommand.class,
      ModelsCommand.class,
      DoctorCommand.class,
      AutoComplete.GenerateCompletion.class
    },
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT)
final class TriptychCommand implements Runnable {
  private final Session session;

  @Spec private CommandSpec spec;

  @Option(names = "--quiet", descriptionKey = "quiet", scope = ScopeType.INHERIT)
  private boolean quiet;

  @Option(names = "--verbose", descriptionKey = "verbose", scope = ScopeType.INHERIT)
  private boolean verbose;

  TriptychCommand(Session session) {
    this.session = session;
  }

  Session session() {
    return session;
  }

  boolean quiet() {
    return quiet;
  }

  boolean verbose() {
    return verbose;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), session.messages().text("usage.command"));
  }
}
