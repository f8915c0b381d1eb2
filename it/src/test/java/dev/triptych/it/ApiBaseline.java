package dev.triptych.it;

import aQute.bnd.differ.Baseline;
import aQute.bnd.differ.Baseline.Info;
import aQute.bnd.differ.DiffPluginImpl;
import aQute.bnd.osgi.Jar;
import aQute.bnd.osgi.Processor;
import aQute.bnd.service.diff.Delta;
import aQute.bnd.service.diff.Diff;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Compares an API with the one that was last agreed on, package by package, as bnd does. */
final class ApiBaseline {
  /** How to agree on the API as it is now. */
  static final String RENEW =
      "if the change is meant and its version raised, agree on it with:"
          + " mvn -q -DskipTests -pl api -am package && cp api/target/triptych-api-*.jar"
          + " api/baseline/triptych-api.jar";

  private ApiBaseline() {}

  /**
   * Returns a sentence for each package that changed more than its version says.
   *
   * @param baseline the jar that was agreed on
   * @param now the jar, or the folder of classes with a manifest, as it is
   * @throws AssertionError if there is no baseline: a check of nothing must not pass
   */
  static List<String> mismatches(Path baseline, Path now) throws Exception {
    if (!Files.isRegularFile(baseline)) {
      throw new AssertionError("there is no API baseline at " + baseline + "; " + RENEW);
    }
    try (Jar agreed = new Jar(baseline.toFile());
        Jar current = new Jar(now.toFile());
        Processor processor = new Processor()) {
      return mismatches(agreed, current, processor);
    }
  }

  private static List<String> mismatches(Jar agreed, Jar current, Processor processor)
      throws Exception {
    List<String> sentences = new ArrayList<>();
    Baseline comparison = new Baseline(processor, new DiffPluginImpl());
    for (Info info : comparison.baseline(current, agreed, null)) {
      if (info.mismatch) {
        sentences.add(
            "package "
                + info.packageName
                + " has a "
                + info.packageDiff.getDelta().toString().toLowerCase(Locale.ROOT)
                + " change but version "
                + info.newerVersion
                + ": take it back, or set @Version(\""
                + info.suggestedVersion
                + "\") in its package-info; changed: "
                + changes(info.packageDiff));
      }
    }
    if (comparison.getBundleInfo() == null || agreed.getPackages().isEmpty()) {
      throw new AssertionError("the API baseline holds no packages");
    }
    return sentences;
  }

  /** Names the smallest things that were added, removed or changed. */
  private static List<String> changes(Diff diff) {
    List<String> names = new ArrayList<>();
    for (Diff child : diff.getChildren()) {
      Delta delta = child.getDelta();
      if (delta == Delta.UNCHANGED || delta == Delta.IGNORED) {
        continue;
      }
      List<String> inside = changes(child);
      String name = child.getName() + (delta == Delta.REMOVED ? " (removed)" : "");
      if (inside.isEmpty() || delta == Delta.ADDED || delta == Delta.REMOVED) {
        names.add(name);
      } else {
        inside.forEach(deeper -> names.add(child.getName() + " " + deeper));
      }
    }
    return names;
  }

  /** Returns the jar or folder that a class of the API came from. */
  static Path place(Class<?> type) throws Exception {
    return new File(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toPath();
  }
}
