package dev.triptych.host.bundles;

import dev.triptych.models.language.Architecture;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** The kinds of language models that bundles bring as services. [any thread] */
public final class Architectures {
  private final Brought<Architecture> brought;

  /** Looks into a framework. */
  public Architectures(BundleContext context) {
    brought = new Brought<>(context, Architecture.class);
  }

  /** Returns those that are there now, of first rank first. */
  public List<Architecture> all() {
    return brought.all();
  }

  /** Returns the values of {@code model_type} that a bundle brings, sorted. */
  List<String> modelTypes(Bundle bundle) {
    return brought.of(bundle).stream()
        .flatMap(architecture -> architecture.modelTypes().stream())
        .sorted()
        .toList();
  }
}
