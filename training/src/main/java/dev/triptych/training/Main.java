package dev.triptych.training;

import dev.triptych.training.melody.MelodyCommand;
import dev.triptych.training.picture.PictureCommand;
import dev.triptych.training.poem.HaikuCommand;
import dev.triptych.training.poem.PoemCommand;
import dev.triptych.training.poem.PoemPerplexity;
import dev.triptych.training.poem.PoemTables;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Trains the default models, or models like them on a user's own folder: {@code train KIND}. */
@Command(
    name = "train",
    description = "Trains a model of Triptych on a folder of your own.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "KIND")
public final class Main {

  /**
   * What can be trained: picocli commands, one a kind, each with {@code --data} and {@code --out}.
   */
  private static final List<Class<?>> KINDS =
      List.of(
          PoemCommand.class,
          PoemTables.class,
          PoemPerplexity.class,
          HaikuCommand.class,
          MelodyCommand.class,
          PictureCommand.class);

  private Main() {}

  /** Runs one kind's command; exits with 0 only when it did what was asked. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine main = new CommandLine(new Main());
    for (Class<?> kind : KINDS) {
      main.addSubcommand(kind);
    }
    main.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          if (e instanceof IllegalArgumentException || e instanceof java.io.IOException) {
            command.getErr().println(e.getMessage());
            return 1;
          }
          throw e;
        });
    return main;
  }
}
