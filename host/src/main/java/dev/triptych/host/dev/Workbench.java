package dev.triptych.host.dev;

import dev.triptych.host.bundles.Plugin;
import dev.triptych.host.bundles.Plugins;
import dev.triptych.host.dev.Project.Stamp;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * Watches a project: a jar that is built is plugged in, while the host goes on. If wanted, the
 * project is built whenever its sources change.
 *
 * <p>It looks ten times a second, which sees what the system's own watching does not tell: folders
 * that are cleaned away, files on a network, and whether a file has come to rest.
 */
public final class Workbench {
  /** Told what happens. [the thread of {@link Workbench#run}] */
  public interface Listener {
    /** There is no jar yet. */
    void waiting();

    /** Maven runs. */
    void building();

    /** Maven failed; what it printed. */
    void broken(String said);

    /** A jar was plugged in, so many milliseconds after it was written. */
    void up(Plugin plugin, long millis) throws Exception;

    /** A jar was refused or did not come up; the one before stays. */
    void refused(IllegalArgumentException why);

    /** The end: these plugins were taken out again. */
    void cleared(Set<String> ids);
  }

  private static final long LOOK_MILLIS = 100;
  private static final long TORN_MILLIS = 1_000;

  private final Project project;
  private final Plugins plugins;
  private final boolean build;
  private final boolean keep;
  private final Listener listener;

  /**
   * Prepares to watch a project.
   *
   * @param build whether to build it when its sources change
   * @param keep whether what was plugged in stays installed at the end
   */
  public Workbench(
      Project project, Plugins plugins, boolean build, boolean keep, Listener listener) {
    this.project = project;
    this.plugins = plugins;
    this.build = build;
    this.keep = keep;
    this.listener = listener;
  }

  /**
   * Works until the thread is interrupted, then takes out what it brought.
   *
   * @throws InterruptedException always, at the end
   */
  public void run() throws Exception {
    Stage stage = new Stage(plugins, keep);
    try {
      watch(stage);
    } finally {
      boolean stopped = Thread.interrupted();
      listener.cleared(stage.clear());
      if (stopped) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void watch(Stage stage) throws Exception {
    long built = 0;
    long sources = build ? project.sources() : 0;
    Optional<Stamp> deployed = Optional.empty();
    Optional<Stamp> jar = project.jar();
    if (jar.isEmpty() && !build) {
      listener.waiting();
    }
    while (true) {
      if (build && sources != built) {
        listener.building();
        Build.Result result = Build.run(project.folder());
        built = sources;
        if (!result.succeeded()) {
          listener.broken(result.said());
        }
        jar = project.jar();
      }
      if (!jar.equals(deployed) && jar.isPresent() && ready(jar.get())) {
        deployed = jar;
        deploy(stage, jar.get());
      }
      Optional<Stamp> seen;
      long read;
      do { // until what is there has come to rest
        Thread.sleep(LOOK_MILLIS);
        seen = jar;
        read = sources;
        jar = project.jar();
        sources = build ? project.sources() : 0;
      } while (!seen.equals(jar) || read != sources);
    }
  }

  /** Returns whether a jar is complete, or has been incomplete for so long that it stays so. */
  private static boolean ready(Stamp jar) throws IOException {
    return Project.whole(jar.file()) || System.currentTimeMillis() - jar.millis() > TORN_MILLIS;
  }

  private void deploy(Stage stage, Stamp jar) throws Exception {
    Plugin plugin;
    try {
      plugin = stage.put(jar.file());
    } catch (IllegalArgumentException e) {
      listener.refused(e);
      return;
    }
    listener.up(plugin, System.currentTimeMillis() - jar.millis());
  }
}
