package dev.triptych.host.bundles;

import dev.triptych.models.diffusers.schedulers.SchedulerFamily;
import java.util.List;
import org.osgi.framework.Bundle;

/** What bundles bring and need. [any thread] */
final class Catalogue {
  private final Generators generators;
  private final Architectures architectures;
  private final Brought<SchedulerFamily> schedulers;
  private final Components components;
  private final Requirements requirements;

  Catalogue(Framework framework, Generators generators) {
    this.generators = generators;
    this.architectures = new Architectures(framework.context());
    this.schedulers = new Brought<>(framework.context(), SchedulerFamily.class);
    this.components = new Components(framework.context());
    this.requirements = new Requirements(framework);
  }

  Components components() {
    return components;
  }

  Requirements requirements() {
    return requirements;
  }

  /** Returns whether a bundle brings nothing yet; generators that stand by count. */
  boolean isEmpty(Bundle bundle) {
    return generators.of(bundle).isEmpty()
        && modelTypes(bundle).isEmpty()
        && schedulers(bundle).isEmpty();
  }

  /** Returns the ids of a bundle's generators that can be asked. */
  List<String> generators(Bundle bundle) {
    return generators.all().values().stream()
        .filter(plugged -> plugged.bundle().equals(bundle))
        .map(plugged -> plugged.descriptor().id())
        .toList();
  }

  /** Returns the kinds of language models that a bundle brings. */
  List<String> modelTypes(Bundle bundle) {
    return architectures.modelTypes(bundle);
  }

  /** Returns the classes of schedulers that a bundle brings. */
  List<String> schedulers(Bundle bundle) {
    return schedulers.of(bundle).stream()
        .flatMap(family -> family.classNames().stream())
        .sorted()
        .toList();
  }
}
