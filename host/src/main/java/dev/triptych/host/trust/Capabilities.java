package dev.triptych.host.trust;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a plugin says that it uses, or what its classes refer to.
 *
 * <p>In a manifest: {@code Triptych-Capabilities: network, files, processes, models}, or some of
 * these. A plugin without the header says that it uses none.
 *
 * @param all in the order of {@link Capability}
 */
public record Capabilities(Set<Capability> all) {
  /** The header of a bundle's manifest. */
  public static final String HEADER = "Triptych-Capabilities";

  /** Keeps a copy. */
  public Capabilities {
    Set<Capability> sorted = EnumSet.noneOf(Capability.class);
    sorted.addAll(all);
    all = Collections.unmodifiableSet(sorted);
  }

  /** Returns these capabilities. */
  public static Capabilities of(Collection<Capability> all) {
    return new Capabilities(Set.copyOf(all));
  }

  /**
   * Reads the header; null, as of a manifest without it, is none.
   *
   * @throws IllegalArgumentException if it names something else, as part of a sentence
   */
  public static Capabilities parse(String header) {
    Set<Capability> all = EnumSet.noneOf(Capability.class);
    if (header != null && !header.isBlank()) {
      for (String word : header.split(",", -1)) {
        all.add(
            Arrays.stream(Capability.values())
                .filter(one -> one.label().equals(word.strip()))
                .findFirst()
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "its header "
                                + HEADER
                                + " names \""
                                + word.strip()
                                + "\", but there are only network, files, processes and models")));
      }
    }
    return new Capabilities(all);
  }

  /** Returns their names in a manifest. */
  public List<String> labels() {
    return all.stream().map(Capability::label).toList();
  }

  @Override
  public String toString() {
    return String.join(", ", labels());
  }
}
