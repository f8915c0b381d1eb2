package dev.triptych.host.cli;

import dev.triptych.api.Plan;
import dev.triptych.host.Host;
import dev.triptych.host.exhibit.Exhibit;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code triptych create PROMPT}: a poem, a melody and a picture of one plan. */
@Command(name = "create")
final class CreateCommand implements Callable<Integer> {
  /** The generators of a triptych, and the files that each is known to write. */
  private static final Map<String, List<String>> DEFAULTS =
      Map.of(
          "text.poem", List.of("poem.txt"),
          "music.melody", List.of("melody.mid", "melody.wav"),
          "image.picture", List.of("picture.png"));

  private static final List<String> ORDER = List.of("text.poem", "music.melody", "image.picture");

  @ParentCommand private TriptychCommand program;

  @Parameters(paramLabel = "PROMPT", descriptionKey = "prompt")
  private String prompt;

  @Option(names = "--seed", paramLabel = "N", descriptionKey = "option.seed")
  private String seed;

  @Option(names = "--out", paramLabel = "DIR", descriptionKey = "option.out")
  private Path out;

  @Option(names = "--only", split = ",", paramLabel = "KIND", descriptionKey = "option.only")
  private List<String> only = List.of();

  @Option(names = "--style", paramLabel = "S", descriptionKey = "option.style")
  private String style;

  @Option(names = "--plan", paramLabel = "FILE", descriptionKey = "option.plan")
  private Path planFile;

  @Option(names = "-p", paramLabel = "GENERATOR:NAME=VALUE", descriptionKey = "option.parameters")
  private List<String> parameters = List.of();

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
    assignments.split(parameters); // their form, before anything slow
    Plan edited = planFile == null ? null : Plans.read(planFile);
    try (Exhibit exhibit =
        session.unfinished(
            out == null ? Exhibit.of(session.folder(), text, LocalDate.now()) : Exhibit.in(out))) {
      exhibit.check(DEFAULTS.values().stream().flatMap(List::stream).toList());
      making.progress().say(messages.text("starting"));
      Host host = program.host();
      making.took("start", session.startSeconds());
      List<String> generators = chosen(assignments, host);
      var values = assignments.splitByGenerator(parameters, host.generators(), generators);
      List<Assignments.Wish> wishes = making.check(generators, values);
      Plan plan = edited == null ? making.plan(text) : edited;
      if (style != null) {
        plan = plan.with("style", style);
      }
      return making.make(text, chosen, plan, wishes, exhibit);
    }
  }

  /** Returns the ids of the generators that the user asked for, in the order of a triptych. */
  private List<String> chosen(Assignments assignments, Host host) {
    List<String> ids = new ArrayList<>();
    for (String kind : only.isEmpty() ? ORDER : only) {
      String id = assignments.generator(kind.strip(), host.generators()).descriptor().id();
      if (!ids.contains(id)) {
        ids.add(id);
      }
    }
    ids.sort((a, b) -> Integer.compare(rank(a), rank(b)));
    return ids;
  }

  private static int rank(String id) {
    return ORDER.contains(id) ? ORDER.indexOf(id) : ORDER.size();
  }
}
