package dev.triptych.host.cli;

import dev.triptych.host.works.PrettyJson;
import dev.triptych.models.hub.Hub;
import dev.triptych.models.hub.HubName;
import dev.triptych.models.hub.HubSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/**
 * {@code triptych models pull OWNER/NAME[@REVISION]}: downloads a model, and prints its folder.
 *
 * <p>Ctrl-C stops it; the next pull goes on where it stopped.
 */
@Command(name = "pull")
final class ModelsPullCommand implements Callable<Integer> {
  @ParentCommand private ModelsCommand models;

  @Parameters(paramLabel = "OWNER/NAME[@REVISION]", descriptionKey = "model.hub")
  private String name;

  @Option(names = "--include", paramLabel = "GLOB", descriptionKey = "option.include")
  private List<String> include = List.of();

  @Option(names = "--json", descriptionKey = "option.json")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Session session = models.session();
    HubName model = models.hubName(name);
    Hub hub = Hub.of(HubSettings.of(session.console().environment()));
    PullProgress progress = new PullProgress(session, model, models.program().quiet());
    Thread pulling = Thread.currentThread();
    session.whenStopped("pull.stopped");
    session.unfinished(pulling::interrupt);
    Path folder;
    try {
      folder = hub.pull(model, include, progress);
    } finally {
      progress.end();
    }
    if (json) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", model.repo());
      row.put("revision", model.revisionOrMain());
      row.put("commit", folder.getFileName().toString());
      row.put("folder", folder.toString());
      row.put("files", progress.files());
      row.put("skipped", progress.skipped());
      row.put("bytes", progress.bytes());
      session.console().out().println(PrettyJson.write(row));
    } else {
      session.console().out().println(folder);
    }
    return Main.OK;
  }
}
