package dev.triptych.host.bundles;

import dev.triptych.host.bundles.PluginSet.Row;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A plugin that is there, or should be.
 *
 * @param id symbolic name of its bundle
 * @param version of its bundle; {@code ?} if that is not known
 * @param installed how it was installed; empty if it is built in
 * @param generators the ids of its generators that can be asked
 * @param modelTypes kinds of language models that it brings, as {@code config.json} names them
 * @param schedulers classes of schedulers that it brings, as {@code scheduler_config.json} names
 *     them
 * @param problem why it does not work, in one sentence
 */
public record Plugin(
    String id,
    String version,
    Optional<Row> installed,
    List<String> generators,
    List<String> modelTypes,
    List<String> schedulers,
    Optional<String> problem) {

  /** Returns whether it came with the program. */
  public boolean builtIn() {
    return installed.isEmpty();
  }

  /** Returns what it brings: generators, kinds of language models, schedulers. */
  public List<String> brings() {
    return Stream.of(generators, modelTypes, schedulers).flatMap(List::stream).toList();
  }
}
