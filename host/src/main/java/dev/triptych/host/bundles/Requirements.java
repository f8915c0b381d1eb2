package dev.triptych.host.bundles;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.resource.Namespace;

/** What bundles need, who offers it, and what nobody offers. [any thread] */
final class Requirements {
  private static final Pattern LOW = Pattern.compile("(?<!\\(!)\\(version>=([^)]+)\\)");
  private static final Pattern BELOW = Pattern.compile("\\(!\\(version>=([^)]+)\\)\\)");
  private static final Pattern HIGH = Pattern.compile("(?<!\\(!)\\(version<=([^)]+)\\)");
  private static final Pattern PACKAGE = Pattern.compile("\\(osgi\\.wiring\\.package=([^)]+)\\)");

  private final Framework framework;

  Requirements(Framework framework) {
    this.framework = framework;
  }

  /** Returns a sentence for each thing that a bundle needs and nobody offers. */
  List<String> missing(Bundle bundle) {
    List<String> missing = new ArrayList<>();
    for (BundleRequirement one : declared(bundle)) {
      if (!optional(one) && framework.providers(one).isEmpty()) {
        missing.add(sentence(bundle, one));
      }
    }
    return missing;
  }

  /** Returns the packages that a bundle imports, and who provides each, or could. */
  List<Preview.Import> imports(Bundle bundle) {
    List<Preview.Import> imports = new ArrayList<>();
    for (BundleRequirement one : declared(bundle)) {
      String name = packageOf(one);
      if (!name.isEmpty()) {
        imports.add(new Preview.Import(name, range(one), provider(bundle, one), optional(one)));
      }
    }
    return imports;
  }

  private Optional<String> provider(Bundle bundle, BundleRequirement requirement) {
    BundleWiring wiring = bundle.adapt(BundleWiring.class);
    if (wiring != null) {
      for (BundleWire wire : wiring.getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE)) {
        if (wire.getRequirement().equals(requirement)) {
          return Optional.of(named(wire.getProvider().getBundle()));
        }
      }
    }
    return framework.providers(requirement).stream()
        .map(one -> named(one.getRevision().getBundle()))
        .findFirst();
  }

  private static String named(Bundle bundle) {
    return bundle.getBundleId() == 0
        ? "host"
        : bundle.getSymbolicName() + " " + bundle.getVersion();
  }

  private static List<BundleRequirement> declared(Bundle bundle) {
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    return revision == null ? List.of() : revision.getDeclaredRequirements(null);
  }

  private static boolean optional(BundleRequirement one) {
    Map<String, String> directives = one.getDirectives();
    return Namespace.RESOLUTION_OPTIONAL.equals(
            directives.get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE))
        || PackageNamespace.RESOLUTION_DYNAMIC.equals(
            directives.get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE))
        || Namespace.EFFECTIVE_ACTIVE.equals(
            directives.get(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE));
  }

  private String sentence(Bundle bundle, BundleRequirement one) {
    String plugin = "the plugin " + bundle.getSymbolicName() + " " + bundle.getVersion();
    String name = packageOf(one);
    if (name.isEmpty()) {
      return one.getNamespace()
              .equals(ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE)
          ? plugin + " needs another Java: " + filter(one) + "; this one is " + Runtime.version()
          : plugin + " needs " + one.getNamespace() + " " + filter(one) + ", which nobody offers";
    }
    String range = range(one);
    String wanted = plugin + " lacks its import " + name + (range.isEmpty() ? "" : ", version ");
    Collection<String> others = versions(name);
    return others.isEmpty()
        ? wanted + range + ": nobody here exports it, so the plugin must contain it"
        : wanted
            + range
            + ": only version "
            + String.join(", ", others)
            + " is here, so build the plugin against that or let it contain the package";
  }

  /** Returns in which versions a package is exported, by whomever. */
  private Collection<String> versions(String name) {
    return framework.exporting(name).stream()
        .map(BundleCapability::getAttributes)
        .map(attributes -> String.valueOf(attributes.get("version")))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String filter(BundleRequirement one) {
    return one.getDirectives().getOrDefault(Namespace.REQUIREMENT_FILTER_DIRECTIVE, "");
  }

  private static String packageOf(BundleRequirement one) {
    Matcher name = PACKAGE.matcher(filter(one));
    return one.getNamespace().equals(PackageNamespace.PACKAGE_NAMESPACE) && name.find()
        ? name.group(1)
        : "";
  }

  /** Returns the versions that a requirement's filter lets through, as manifests write them. */
  private static String range(BundleRequirement one) {
    String filter = filter(one);
    Matcher low = LOW.matcher(filter);
    Matcher below = BELOW.matcher(filter);
    Matcher high = HIGH.matcher(filter);
    if (!low.find()) {
      return "";
    }
    if (below.find()) {
      return "[" + low.group(1) + "," + below.group(1) + ")";
    }
    return high.find() ? "[" + low.group(1) + "," + high.group(1) + "]" : low.group(1);
  }
}
