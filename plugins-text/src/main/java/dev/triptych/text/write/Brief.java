package dev.triptych.text.write;

import dev.triptych.models.generation.GenerationConfig;
import dev.triptych.models.generation.form.Constraint;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a model is to write one text.
 *
 * @param config how tokens are drawn
 * @param prompt ids that the model reads
 * @param opening text of the user's that the model goes on from, so that a first space stays; empty
 *     for an answer
 * @param form what the text is held to, if anything
 * @param notes what the lineage shall say
 */
record Brief(
    GenerationConfig config,
    int[] prompt,
    String opening,
    Optional<Constraint> form,
    Map<String, String> notes) {

  /** Returns how an answer to a prompt is written. */
  static Brief answer(GenerationConfig config, int[] prompt) {
    return new Brief(config, prompt, "", Optional.empty(), Map.of());
  }

  /** Returns how a text is gone on from. */
  static Brief goingOn(GenerationConfig config, int[] prompt, String text) {
    return new Brief(config, prompt, text, Optional.empty(), Map.of());
  }

  Brief withConfig(GenerationConfig other) {
    return new Brief(other, prompt, opening, form, notes);
  }

  Brief heldTo(Constraint constraint) {
    return new Brief(config, prompt, opening, Optional.of(constraint), notes);
  }

  Brief note(String name, String fact) {
    Map<String, String> all = new TreeMap<>(notes);
    all.put(name, fact);
    return new Brief(config, prompt, opening, form, Collections.unmodifiableMap(all));
  }
}
