package dev.triptych.host.jobs;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Parameter;
import java.util.Map;

/** The user's values for a generator's parameters, checked against its descriptor. */
public final class Values {
  private Values() {}

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException for a parameter that the generator lacks, or a value that it
   *     does not take, worded for the user
   */
  public static void check(Descriptor descriptor, Map<String, String> values) {
    values.forEach((name, value) -> parameter(descriptor, name).parse(value));
  }

  /**
   * Returns a parameter by its name.
   *
   * @throws IllegalArgumentException if there is none, with the nearest names
   */
  public static Parameter<?> parameter(Descriptor descriptor, String name) {
    for (Parameter<?> parameter : descriptor.parameters()) {
      if (parameter.name().equals(name)) {
        return parameter;
      }
    }
    var names = descriptor.parameters().stream().map(Parameter::name).toList();
    throw new IllegalArgumentException(
        "generator "
            + descriptor.id()
            + " has no parameter "
            + NearestNames.shown(name)
            + (names.isEmpty() ? "; it takes none" : "; " + NearestNames.hint(name, names)));
  }
}
