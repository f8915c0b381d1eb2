package dev.triptych.host.bundles;

import dev.triptych.host.trust.Ground;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All plugins that are installed at one time: a generation.
 *
 * @param generation its number, from 1; 0 is the set of no plugins before the first
 * @param after the generation that it was made from
 * @param time when it was made, in ISO 8601
 * @param change what made it, such as {@code install org.example.haiku 1.2.0}
 * @param rows the plugins by symbolic name, sorted
 */
public record PluginSet(
    int generation, int after, String time, String change, Map<String, Row> rows) {
  /** The set before anything was installed. */
  static final PluginSet NONE = new PluginSet(0, 0, "", "", Map.of());

  /**
   * A plugin of a set.
   *
   * @param version of its bundle
   * @param sha256 of its jar, which lies in {@code plugins/<sha256>.jar}
   * @param ground why it was let in
   * @param voucher the key or pin that let it in
   * @param origin where its jar came from
   * @param isolated whether its jobs run in processes of their own
   */
  public record Row(
      String version,
      String sha256,
      Ground ground,
      Optional<String> voucher,
      String origin,
      boolean isolated) {

    /** Makes a row of a plugin that runs in the host's own process. */
    public Row(
        String version, String sha256, Ground ground, Optional<String> voucher, String origin) {
      this(version, sha256, ground, voucher, origin, false);
    }

    /** Returns what must be equal for the same to run. */
    String running() {
      return isolated ? sha256 + " isolated" : sha256;
    }
  }

  /** Keeps a sorted copy of the rows. */
  public PluginSet {
    rows = Collections.unmodifiableMap(new TreeMap<>(rows));
  }
}
