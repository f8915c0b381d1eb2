package dev.triptych.host.bundles;

import dev.triptych.api.Generator;
import dev.triptych.models.diffusers.schedulers.SchedulerFamily;
import dev.triptych.models.language.Architecture;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Why a bundle's components are not there, as Declarative Services knows it. [any thread] */
final class Components {
  private static final Set<String> WANTED =
      Set.of(
          Generator.class.getName(), Architecture.class.getName(), SchedulerFamily.class.getName());

  /**
   * Why a component is not there.
   *
   * @param sentence for the user
   * @param lasting whether waiting cannot help
   */
  record Obstacle(String sentence, boolean lasting) {}

  private final BundleContext context;

  Components(BundleContext context) {
    this.context = context;
  }

  /** Returns why one of the components that bring something is not there; empty if all are. */
  Optional<Obstacle> obstacle(Bundle bundle) {
    ServiceReference<ServiceComponentRuntime> reference =
        context.getServiceReference(ServiceComponentRuntime.class);
    ServiceComponentRuntime runtime = reference == null ? null : context.getService(reference);
    if (runtime == null) {
      return Optional.empty();
    }
    try {
      for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs(bundle)) {
        if (Arrays.stream(component.serviceInterfaces).anyMatch(WANTED::contains)) {
          for (ComponentConfigurationDTO one : runtime.getComponentConfigurationDTOs(component)) {
            Optional<Obstacle> found = obstacle(bundle, component, one);
            if (found.isPresent()) {
              return found;
            }
          }
        }
      }
      return Optional.empty();
    } finally {
      context.ungetService(reference);
    }
  }

  private static Optional<Obstacle> obstacle(
      Bundle bundle, ComponentDescriptionDTO component, ComponentConfigurationDTO one) {
    String name = "the component " + component.name + " of the plugin " + bundle.getSymbolicName();
    if (one.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
      return Optional.of(new Obstacle(name + " does not start: " + first(one.failure), true));
    }
    if (one.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE) {
      List<String> missing =
          Arrays.stream(one.unsatisfiedReferences)
              .map(reference -> service(component, reference))
              .toList();
      String sentence = name + " waits for " + String.join(", ", missing);
      return Optional.of(new Obstacle(sentence + ", which nobody offers", false));
    }
    return one.state == ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION
        ? Optional.of(new Obstacle(name + " waits for a configuration, and there is none", true))
        : Optional.empty();
  }

  private static String service(
      ComponentDescriptionDTO component, UnsatisfiedReferenceDTO unsatisfied) {
    for (ReferenceDTO reference : component.references) {
      if (reference.name.equals(unsatisfied.name)) {
        return reference.target == null
            ? reference.interfaceName
            : reference.interfaceName + " " + reference.target;
      }
    }
    return unsatisfied.name;
  }

  /** Returns what was thrown, of a printed stack trace: the innermost cause. */
  private static String first(String trace) {
    if (trace == null) {
      return "it threw something";
    }
    List<String> lines = trace.lines().toList();
    String cause = lines.isEmpty() ? "" : lines.get(0);
    for (String line : lines) {
      if (line.startsWith("Caused by: ")) {
        cause = line.substring("Caused by: ".length());
      }
    }
    return cause.strip();
  }
}
