package dev.triptych.host.cli;

import dev.triptych.host.ModelCatalog;
import dev.triptych.host.works.PrettyJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code triptych models list}: the models that are there, with size, dtype and place. */
@Command(name = "models")
final class ModelsCommand implements Runnable {
  @ParentCommand private TriptychCommand program;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), program.session().messages().text("usage.models"));
  }

  @Command(name = "list")
  int list(@Option(names = "--json", descriptionKey = "option.json") boolean json)
      throws Exception {
    Session session = program.session();
    List<ModelCatalog.Row> all = session.host().catalog();
    if (json) {
      session
          .console()
          .out()
          .println(PrettyJson.write(all.stream().map(ModelsCommand::json).toList()));
      return Main.OK;
    }
    for (ModelCatalog.Row row : all) {
      session
          .console()
          .out()
          .printf(
              Locale.ROOT,
              "%s  %.1f MiB  %s  %s  %s%n",
              row.name(),
              row.bytes() / (double) (1 << 20),
              row.dtype(),
              row.where(),
              row.problem());
    }
    return Main.OK;
  }

  private static Map<String, Object> json(ModelCatalog.Row row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", row.name());
    json.put("bytes", row.bytes());
    json.put("dtype", row.dtype());
    json.put("where", row.where());
    if (!row.problem().isEmpty()) {
      json.put("problem", row.problem());
    }
    return json;
  }
}
