package dev.triptych.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.host.HubModels;
import dev.triptych.host.works.PrettyJson;
import dev.triptych.models.hub.HubCache;
import dev.triptych.models.hub.HubException;
import dev.triptych.models.hub.HubName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code triptych models remove OWNER/NAME[@REVISION]}: removes a model from the hub cache. */
@Command(name = "remove")
final class ModelsRemoveCommand implements Callable<Integer> {
  @ParentCommand private ModelsCommand models;

  @Parameters(paramLabel = "OWNER/NAME[@REVISION]", descriptionKey = "model.hub")
  private String model;

  @Option(names = "--yes", descriptionKey = "option.yes")
  private boolean yes;

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Session session = models.session();
    Messages messages = session.messages();
    if (Files.isDirectory(Path.of(model))) {
      throw new IllegalArgumentException(messages.text("remove.folder", model));
    }
    HubName name = models.hubName(model);
    HubCache cache = cacheOf(name);
    if (!yes && !agreed(messages.text("remove.ask", name, cache.root()), session)) {
      session.console().err().println(messages.text("remove.kept", name));
      return Main.FAILED;
    }
    long freed = cache.remove(name);
    String mebibytes = String.format(Locale.ROOT, "%.1f", freed / (double) (1 << 20));
    session
        .console()
        .out()
        .println(
            json
                ? PrettyJson.write(Map.of("removed", name.toString(), "bytes", freed))
                : messages.text("remove.done", name, mebibytes));
    return Main.OK;
  }

  /** Returns the cache that has the model, or a part of it that a pull left. */
  private HubCache cacheOf(HubName name) throws IOException {
    for (HubCache cache : new HubModels(models.session().home()).caches()) {
      if (cache.holds(name)) {
        return cache;
      }
    }
    throw HubException.notCached(name.toString());
  }

  private static boolean agreed(String question, Session session) throws IOException {
    session.console().err().print(question + " ");
    session.console().err().flush();
    BufferedReader in = new BufferedReader(new InputStreamReader(session.console().in(), UTF_8));
    String answer = in.readLine();
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes|是|好");
  }
}
