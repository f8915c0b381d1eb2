package dev.triptych.host.cli;

import dev.triptych.host.Host;
import dev.triptych.host.Ignition.Libtorch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
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
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT)
final class TriptychCommand implements Runnable {
  private static final List<String> COMMANDS =
      List.of(
          "create",
          "plan",
          "generators",
          "generate",
          "plugins",
          "models",
          "serve",
          "stop",
          "doctor");

  private final Session session;

  @Spec private CommandSpec spec;

  @Option(names = "--quiet", descriptionKey = "quiet", scope = ScopeType.INHERIT)
  private boolean quiet;

  @Option(names = "--verbose", descriptionKey = "verbose", scope = ScopeType.INHERIT)
  private boolean verbose;

  TriptychCommand(Session session) {
    this.session = session;
  }

  /**
   * Returns the command line, ready to read arguments. Of the commands only the one that they name
   * is made, for each takes milliseconds; all if they name none.
   */
  static CommandLine line(Session session, String... arguments) {
    CommandLine line = new CommandLine(new TriptychCommand(session));
    String named = words(arguments).findFirst().orElse("");
    if (COMMANDS.contains(named)) {
      line.addSubcommand(named, command(named));
    } else if (!Set.of("-V", "--version").containsAll(List.of(arguments))) {
      COMMANDS.forEach(name -> line.addSubcommand(name, command(name)));
      line.addSubcommand(new AutoComplete.GenerateCompletion());
    }
    line.setExpandAtFiles(false); // a prompt may begin with @
    line.registerConverter(Path.class, typed -> session.folder().resolve(typed));
    return line;
  }

  /**
   * Guesses, before the command line is read, when the command that the arguments name will need
   * libtorch; empty if it will not even need the host.
   */
  static Optional<Libtorch> needs(String... arguments) {
    List<String> words = words(arguments).toList();
    String named = words.isEmpty() ? "" : words.get(0);
    String below = words.size() < 2 ? "" : words.get(1);
    boolean told = Stream.of(arguments).anyMatch(one -> one.matches("-h|--help|-V|--version"));
    boolean files =
        named.equals("stop")
            || named.equals("models") && Set.of("pull", "verify", "remove").contains(below)
            || named.equals("plugins")
                && Set.of("search", "trust", "verify", "keygen", "sign").contains(below);
    if (told || files || !COMMANDS.contains(named)) {
      return Optional.empty();
    }
    boolean making =
        Set.of("create", "plan", "generate", "serve", "doctor").contains(named)
            || named.equals("models") && below.equals("run");
    return Optional.of(making ? Libtorch.AT_ONCE : Libtorch.WHEN_NEEDED);
  }

  /**
   * Returns whether a command can be done by a host that is up: all that need a host, but for
   * {@code doctor}, which looks at this process, and {@code serve} itself.
   */
  static boolean servable(String... arguments) {
    String named = words(arguments).findFirst().orElse("");
    return needs(arguments).isPresent() && !Set.of("doctor", "serve").contains(named);
  }

  private static Stream<String> words(String... arguments) {
    return Stream.of(arguments).filter(one -> !one.startsWith("-"));
  }

  private static Object command(String name) {
    return switch (name) {
      case "create" -> new CreateCommand();
      case "plan" -> new PlanCommand();
      case "generators" -> new GeneratorsCommand();
      case "generate" -> new GenerateCommand();
      case "plugins" -> new PluginsCommand();
      case "models" -> new ModelsCommand();
      case "serve" -> new ServeCommand();
      case "stop" -> new StopCommand();
      default -> new DoctorCommand();
    };
  }

  /** Returns the host, started, and says when it was ready if that is wanted. */
  Host host() throws IOException {
    Host host = session.host();
    if (verbose) {
      mark(session.startSeconds(), "host ready: " + host.generators().all().size() + " generators");
    }
    return host;
  }

  /** Says what happened when, in seconds after the start of the process. */
  void mark(double seconds, String what) {
    session.console().err().printf(Locale.ROOT, "%8.3f s  %s%n", seconds, what);
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
