package dev.triptych.host.cli;

import dev.triptych.host.Host;
import dev.triptych.host.exhibit.Exhibit;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code triptych generate GENERATOR PROMPT}: one generator alone. */
@Command(name = "generate")
final class GenerateCommand implements Callable<Integer> {
  @ParentCommand private TriptychCommand program;

  @Parameters(index = "0", paramLabel = "GENERATOR", descriptionKey = "generator")
  private String generator;

  @Parameters(index = "1", paramLabel = "PROMPT", descriptionKey = "prompt")
  private String prompt;

  @Option(names = "-p", paramLabel = "NAME=VALUE", descriptionKey = "option.parameters")
  private List<String> parameters = List.of();

  @Option(names = "--seed", paramLabel = "N", descriptionKey = "option.seed")
  private String seed;

  @Option(names = "--out", paramLabel = "DIR", descriptionKey = "option.out")
  private Path out;

  @Option(names = "--isolate", descriptionKey = "option.isolate")
  private boolean isolate;

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Session session = program.session();
    Messages messages = session.messages();
    Making making = new Making(program, json, isolate);
    String text = Prompts.read(prompt, session.console().in(), messages);
    long chosen = Seeds.choose(seed, messages);
    Assignments assignments = new Assignments(session);
    Map<String, String> values = assignments.split(parameters);
    try (Exhibit exhibit =
        session.unfinished(
            out == null ? Exhibit.of(session.folder(), text, LocalDate.now()) : Exhibit.in(out))) {
      making.progress().say(messages.text("starting"));
      Host host = program.host();
      making.took("start", session.startSeconds());
      String id = assignments.generator(generator, host.generators()).descriptor().id();
      var wishes = making.check(List.of(id), Map.of(id, values));
      return making.make(text, chosen, making.plan(text), wishes, exhibit);
    }
  }
}
