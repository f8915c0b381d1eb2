package dev.triptych.host.bundles;

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

/**
 * The services of one type that bundles bring beside generators. [any thread]
 *
 * @param <T> such as {@link dev.triptych.models.language.Architecture}
 */
final class Brought<T> {
  private final BundleContext context;
  private final Class<T> type;

  Brought(BundleContext context, Class<T> type) {
    this.context = context;
    this.type = type;
  }

  /** Returns those that are there now, of first rank first. */
  List<T> all() {
    List<ServiceReference<T>> all;
    try {
      all = new ArrayList<>(context.getServiceReferences(type, null));
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException("no filter is a valid one", e);
    }
    all.sort(Comparator.reverseOrder());
    return all.stream()
        .map(context::getService)
        .filter(Objects::nonNull) // else its bundle has just gone
        .toList();
  }

  /** Returns those that a bundle brings. */
  List<T> of(Bundle bundle) {
    ServiceReference<?>[] services = bundle.getRegisteredServices();
    return services == null
        ? List.of()
        : Arrays.stream(services)
            .filter(this::isOfType)
            .map(context::getService)
            .filter(Objects::nonNull)
            .map(type::cast)
            .toList();
  }

  private boolean isOfType(ServiceReference<?> service) {
    String[] types = (String[]) service.getProperty(Constants.OBJECTCLASS);
    return List.of(types).contains(type.getName());
  }
}
