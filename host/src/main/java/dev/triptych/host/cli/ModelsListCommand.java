package dev.triptych.host.cli;

import dev.triptych.host.ModelCatalog;
import dev.triptych.host.works.PrettyJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code triptych models list}: the models that are there, with size, dtype, digest and place. */
@Command(name = "list")
final class ModelsListCommand implements Callable<Integer> {
  private static final int SHORT = 19; // git: or sha256: and some digits

  @ParentCommand private ModelsCommand models;

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Session session = models.session();
    List<ModelCatalog.Row> all = models.program().host().catalog();
    if (json) {
      session
          .console()
          .out()
          .println(PrettyJson.write(all.stream().map(ModelsListCommand::json).toList()));
      return Main.OK;
    }
    for (ModelCatalog.Row row : all) {
      String digest = row.digest();
      session
          .console()
          .out()
          .printf(
              Locale.ROOT,
              "%s  %.1f MiB  %s  %s  %s  %s%n",
              row.name(),
              row.bytes() / (double) (1 << 20),
              row.dtype(),
              digest.substring(0, Math.min(SHORT, digest.length())),
              row.where(),
              session.say(row.problem()));
    }
    return Main.OK;
  }

  private static Map<String, Object> json(ModelCatalog.Row row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", row.name());
    json.put("bytes", row.bytes());
    json.put("dtype", row.dtype());
    json.put("digest", row.digest());
    json.put("where", row.where());
    if (!row.problem().isEmpty()) {
      json.put("problem", row.problem());
    }
    return json;
  }
}
