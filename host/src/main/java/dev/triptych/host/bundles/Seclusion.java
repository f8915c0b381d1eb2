package dev.triptych.host.bundles;

import dev.triptych.api.Generator;
import java.io.IOException;
import java.nio.file.Path;
import org.osgi.framework.Bundle;

/** Lets plugins work in processes of their own. [any thread] */
public interface Seclusion {
  /**
   * Returns a bundle that stands in for a plugin: its name and version, and none of its classes.
   */
  byte[] standIn(Path jar) throws IOException;

  /**
   * Registers what the plugin brings as services of the bundle that stands in, until that stops.
   *
   * @throws IllegalArgumentException if the plugin does not come up in its process, saying why
   */
  void come(Bundle standIn, Path jar) throws IOException, InterruptedException;

  /** Returns a generator that works in a process of its own, for one that works in this one. */
  Generator secluded(Plugged one);
}
