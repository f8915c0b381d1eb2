package dev.triptych.host.cli;

import dev.triptych.host.works.PrettyJson;
import dev.triptych.models.hub.ModelFacts;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code triptych models info MODEL}: what a model is, and whether it can be run. */
@Command(name = "info")
final class ModelsInfoCommand implements Callable<Integer> {
  @ParentCommand private ModelsCommand models;

  @Parameters(paramLabel = "MODEL", descriptionKey = "model")
  private String model;

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Session session = models.session();
    Path folder = models.program().host().hub().locate(session.folder(), model);
    ModelFacts facts = ModelFacts.of(folder);
    Map<String, Object> row = row(folder, facts, session.host().kinds().obstacle(folder, facts));
    PrintStream out = session.console().out();
    if (json) {
      out.println(PrettyJson.write(row));
      return Main.OK;
    }
    Messages messages = session.messages();
    row.forEach(
        (key, value) -> {
          if (!(value instanceof List<?>) && !String.valueOf(value).isEmpty()) {
            String name = messages.text("info." + key);
            out.println(messages.text("info.line", name, shown(key, value, session)));
          }
        });
    for (ModelFacts.File file : facts.files()) {
      out.printf(Locale.ROOT, "  %,14d  %s%n", file.bytes(), file.name());
    }
    return Main.OK;
  }

  private Map<String, Object> row(Path folder, ModelFacts facts, Optional<String> obstacle) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", model);
    row.put("folder", folder.toAbsolutePath().toString());
    row.put("kind", facts.kind());
    row.put("architecture", facts.architecture());
    row.put("parameters", facts.parameters());
    row.put("dtype", facts.dtype().orElse(""));
    facts.context().ifPresent(tokens -> row.put("context", tokens));
    row.put("tokenizer", facts.tokenizer());
    row.put("chat", facts.chat());
    row.put("license", facts.license());
    row.put("runs", obstacle.isEmpty());
    obstacle.ifPresent(why -> row.put("obstacle", why));
    List<Map<String, Object>> files = new ArrayList<>();
    for (ModelFacts.File file : facts.files()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", file.name());
      one.put("bytes", file.bytes());
      if (!file.digest().isEmpty()) {
        one.put("digest", file.digest());
      }
      files.add(one);
    }
    row.put("files", files);
    return row;
  }

  private static String shown(String key, Object value, Session session) {
    if (key.equals("obstacle")) {
      return session.say(String.valueOf(value));
    }
    if (value instanceof Boolean yes) {
      return session.messages().text(yes ? "yes" : "no");
    }
    return value instanceof Long number
        ? String.format(Locale.ROOT, "%,d", number)
        : String.valueOf(value);
  }
}
