package dev.triptych.host.cli;

import dev.triptych.models.hub.HubName;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code triptych models}: the commands below it do the work. */
@Command(
    name = "models",
    subcommands = {
      ModelsListCommand.class,
      ModelsPullCommand.class,
      ModelsRunCommand.class,
      ModelsInfoCommand.class,
      ModelsVerifyCommand.class,
      ModelsRemoveCommand.class
    })
final class ModelsCommand implements Runnable {
  @ParentCommand private TriptychCommand program;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), program.session().messages().text("usage.models"));
  }

  TriptychCommand program() {
    return program;
  }

  Session session() {
    return program.session();
  }

  /**
   * Reads a name on a hub.
   *
   * @throws IllegalArgumentException if it is none
   */
  HubName hubName(String typed) {
    try {
      return HubName.parse(typed);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(session().messages().text("hub.name", typed), e);
    }
  }
}
