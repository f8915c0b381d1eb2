package dev.triptych.host.dev;

import dev.triptych.host.bundles.Plugin;
import dev.triptych.host.bundles.PluginSet;
import dev.triptych.host.bundles.Plugins;
import dev.triptych.host.bundles.Terms;
import dev.triptych.host.trust.Candidate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Where what was built is tried: among the plugins of a host. At the end they are as they were.
 *
 * <p>Nobody needs to vouch for what is tried, as the user named its folder.
 */
final class Stage {
  private final Plugins plugins;
  private final boolean keep;
  private final PluginSet before;
  private final Set<String> brought = new LinkedHashSet<>();
  private PluginSet tried;

  Stage(Plugins plugins, boolean keep) {
    this.plugins = plugins;
    this.keep = keep;
    this.before = plugins.current();
  }

  /**
   * Plugs a jar in, in the place of what was plugged in of the same name.
   *
   * @throws IllegalArgumentException if it is refused or does not come up; then all is as before
   */
  Plugin put(Path jar) throws IOException, InterruptedException {
    Plugin plugin = plugins.install(Candidate.read(jar), Terms.TRIAL);
    brought.add(plugin.id());
    tried = plugins.current();
    return plugin;
  }

  /**
   * Takes out what was tried, unless it is to be kept; what was there before comes back.
   *
   * @return the ids of what was taken out
   */
  Set<String> clear() throws IOException, InterruptedException {
    if (keep || brought.isEmpty()) {
      return Set.of();
    }
    if (plugins.current().equals(tried) && tried.after() == before.generation()) {
      plugins.rollback(OptionalInt.of(before.generation()));
      return brought;
    }
    Set<String> out = new LinkedHashSet<>(brought); // others have changed plugins meanwhile
    out.removeAll(before.rows().keySet());
    out.retainAll(plugins.current().rows().keySet());
    for (String id : out) {
      plugins.remove(id);
    }
    return out;
  }
}
