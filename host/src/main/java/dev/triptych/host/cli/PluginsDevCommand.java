package dev.triptych.host.cli;

import dev.triptych.host.bundles.Plugin;
import dev.triptych.host.dev.Project;
import dev.triptych.host.dev.Workbench;
import dev.triptych.host.exhibit.Exhibit;
import dev.triptych.host.works.PrettyJson;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/**
 * {@code triptych plugins dev DIR}: plugs in what an author builds, as often as it is built.
 *
 * <p>Ctrl-C ends it and takes the plugin out again.
 */
@Command(name = "dev")
final class PluginsDevCommand implements Callable<Integer> {
  private static final long SEED = 1; // what changes between tries is the author's doing
  private static final long LEAVE_SECONDS = 70;

  @ParentCommand private PluginsCommand plugins;

  @Parameters(paramLabel = "DIR", descriptionKey = "dev.folder")
  private Path folder;

  @Option(names = "--build", descriptionKey = "option.build")
  private boolean build;

  @Option(names = "--try", paramLabel = "PROMPT", descriptionKey = "option.try")
  private String prompt;

  @Option(names = "--keep", descriptionKey = "option.keep")
  private boolean keep;

  @Option(names = "--json", descriptionKey = "option.json.dev")
  private boolean json;

  private Project project;

  @Override
  public Integer call() throws Exception {
    Session session = plugins.program().session();
    project = new Project(session.folder().resolve(folder));
    Thread working = Thread.currentThread();
    CountDownLatch left = new CountDownLatch(1);
    var host = plugins.program().host();
    session.whenStopped("dev.stopped");
    session.unfinished(
        () -> {
          working.interrupt();
          left.await(LEAVE_SECONDS, TimeUnit.SECONDS);
        });
    say("dev.watching", project.folder());
    try {
      new Workbench(project, host.plugins(), build, keep, new Told()).run();
    } finally {
      left.countDown();
    }
    return Main.OK;
  }

  /** Says something on standard error, with the time of day. */
  private void say(String key, Object... values) {
    Session session = plugins.program().session();
    session.console().err().println(now() + "  " + session.messages().text(key, values));
  }

  private static LocalTime now() {
    return LocalTime.now().truncatedTo(ChronoUnit.SECONDS);
  }

  /** Prints what happens, and tries what came up. */
  private final class Told implements Workbench.Listener {
    private final Session session = plugins.program().session();

    @Override
    public void waiting() {
      say("dev.waiting");
    }

    @Override
    public void building() {
      if (!plugins.program().quiet()) {
        say("dev.building");
      }
    }

    @Override
    public void broken(String said) {
      session.console().err().println(said);
      say("dev.broken");
    }

    @Override
    public void up(Plugin plugin, long millis) throws Exception {
      if (json) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", plugin.id());
        row.put("version", plugin.version());
        row.put("brings", plugin.brings());
        row.put("milliseconds", millis);
        session.console().out().println(PrettyJson.write(row));
      } else {
        String brings = String.join(", ", plugin.brings());
        String line = session.messages().text("dev.up", plugin.id(), plugin.version(), millis);
        session.console().out().println(now() + "  " + line + "  " + brings);
      }
      session.console().out().flush();
      if (prompt != null && !plugin.generators().isEmpty()) {
        attempt(plugin.generators().get(0));
      }
    }

    @Override
    public void refused(IllegalArgumentException why) {
      session.console().err().println(now() + "  triptych: " + session.say(why));
    }

    @Override
    public void cleared(Set<String> ids) {
      ids.forEach(id -> say("dev.cleared", id));
    }

    /** Runs a generator; what fails is told, and the watching goes on. */
    private void attempt(String generator) throws Exception {
      Making making = new Making(plugins.program(), json);
      Path out = project.folder().resolve(Path.of("target", "tried"));
      try (Exhibit exhibit = Exhibit.in(out)) {
        var wishes = making.check(List.of(generator), Map.of());
        making.make(prompt, SEED, making.plan(prompt), wishes, exhibit);
        session.console().out().flush();
      } catch (CancellationException e) {
        throw e;
      } catch (IllegalArgumentException e) {
        refused(e);
      }
    }
  }
}
