package dev.triptych.host.origin;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Maven coordinates: {@code group:artifact[:extension[:classifier]]:version} or {@code
 * group:artifact}, as Maven Resolver's {@code DefaultArtifact} reads them.
 *
 * @param version empty for the newest release
 */
public record Coordinates(
    String group, String artifact, String extension, String classifier, Optional<String> version) {
  private static final Pattern WHOLE =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.+-]*){1,4}");

  /** Returns whether a text has the form of coordinates. */
  public static boolean matches(String text) {
    return WHOLE.matcher(text).matches() && !text.matches("[A-Za-z]:.*"); // a Windows drive
  }

  /**
   * Reads coordinates.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static Coordinates parse(String text) {
    if (!matches(text)) {
      throw new IllegalArgumentException(
          text + " are no Maven coordinates: write group:artifact or group:artifact:version");
    }
    String[] parts = text.split(":");
    boolean typed = parts.length > 3;
    return new Coordinates(
        parts[0],
        parts[1],
        typed ? parts[2] : "jar",
        parts.length > 4 ? parts[3] : "",
        parts.length > 2 ? Optional.of(parts[parts.length - 1]) : Optional.empty());
  }

  /** Returns the same artifact in a version. */
  public Coordinates at(String wanted) {
    return new Coordinates(group, artifact, extension, classifier, Optional.of(wanted));
  }

  /** Returns the same artifact, its newest release. */
  public Coordinates newest() {
    return new Coordinates(group, artifact, extension, classifier, Optional.empty());
  }

  /** Returns the file's name in a repository. */
  public String fileName() {
    return artifact
        + version.map(text -> "-" + text).orElse("")
        + (classifier.isEmpty() ? "" : "-" + classifier)
        + "."
        + extension;
  }

  /** Returns the coordinates as they are typed. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(group + ":" + artifact);
    if (!extension.equals("jar") || !classifier.isEmpty()) {
      text.append(':').append(extension);
    }
    if (!classifier.isEmpty()) {
      text.append(':').append(classifier);
    }
    version.ifPresent(one -> text.append(':').append(one));
    return text.toString();
  }
}
