package dev.triptych.host.bundles;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;

/** Sentences for people on what went wrong in a plugin. */
public final class Sentences {
  private static final Pattern CLASS = Pattern.compile("[\\w/.$]+");
  private static final Pattern PACKAGE =
      Pattern.compile("osgi\\.wiring\\.package=([\\w.]+)\\)(?:\\(version>=([\\w.]+)\\))?");

  private Sentences() {}

  /** Returns the message of a failure, or its kind where it has none, in one line. */
  public static String of(Throwable failure) {
    if (failure instanceof LinkageError) {
      return linkage(failure);
    }
    String message = failure.getMessage();
    if (message == null || message.isBlank()) {
      return failure.getClass().getSimpleName();
    }
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  /** Returns which class a LinkageError misses, and what to do. */
  private static String linkage(Throwable failure) {
    Matcher name = CLASS.matcher(String.valueOf(failure.getMessage()));
    String missing = name.find() ? name.group().replace('/', '.') : "a class";
    if (failure instanceof NoClassDefFoundError) {
      return "it lacks the class "
          + missing
          + ": its bundle must import or contain "
          + packageOf(missing);
    }
    return "it was built against another version of "
        + missing
        + " ("
        + failure.getClass().getSimpleName()
        + "): rebuild it";
  }

  /** Returns why a bundle does not start, naming the package that it lacks if that is it. */
  static String start(Bundle bundle, Throwable failure) {
    Matcher wanted = PACKAGE.matcher(String.valueOf(failure.getMessage()));
    String name = bundle.getSymbolicName() + " " + bundle.getVersion();
    if (wanted.find()) {
      String version = wanted.group(2) == null ? "" : ", version " + wanted.group(2) + " or newer";
      return "the plugin "
          + name
          + " lacks its import "
          + wanted.group(1)
          + version
          + ": the host does not offer it, so the plugin must contain it";
    }
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return "the plugin " + name + " does not start: " + of(cause);
  }

  private static String packageOf(String className) {
    int dot = className.lastIndexOf('.');
    return dot < 0 ? className : className.substring(0, dot);
  }
}
