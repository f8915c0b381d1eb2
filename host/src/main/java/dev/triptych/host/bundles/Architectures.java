package dev.triptych.host.bundles;

import dev.triptych.models.language.Architecture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** The kinds of language models that bundles bring as services. [any thread] */
public final class Architectures {
  private final BundleContext context;

  /** Looks into a framework. */
  public Architectures(BundleContext context) {
    this.context = context;
  }

  /** Returns those that are there now, of first rank first. */
  public List<Architecture> all() {
    List<ServiceReference<Architecture>> all;
    try {
      all = new ArrayList<>(context.getServiceReferences(Architecture.class, null));
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException("no filter is a valid one", e);
    }
    all.sort(Comparator.reverseOrder());
    return all.stream()
        .map(context::getService)
        .filter(Objects::nonNull) // else its bundle has just gone
        .toList();
  }

  /** Returns the values of {@code model_type} that a bundle brings, sorted. */
  List<String> modelTypes(Bundle bundle) {
    ServiceReference<?>[] services = bundle.getRegisteredServices();
    return services == null
        ? List.of()
        : Arrays.stream(services)
            .filter(Architectures::is)
            .map(context::getService)
            .filter(Objects::nonNull)
            .flatMap(service -> ((Architecture) service).modelTypes().stream())
            .sorted()
            .toList();
  }

  private static boolean is(ServiceReference<?> service) {
    String[] types = (String[]) service.getProperty(Constants.OBJECTCLASS);
    return List.of(types).contains(Architecture.class.getName());
  }
}
