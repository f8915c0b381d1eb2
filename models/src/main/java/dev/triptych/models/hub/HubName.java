package dev.triptych.models.hub;

import dev.triptych.api.ModelFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model's name on a hub, {@code OWNER/NAME}, and perhaps a revision of it.
 *
 * <p>The rules are those of {@code huggingface_hub}'s {@code validate_repo_id}; the oldest models
 * have no owner.
 *
 * @param repo {@code OWNER/NAME}, or {@code NAME}
 * @param revision a branch, a tag or a commit; {@code main} if empty
 */
public record HubName(String repo, Optional<String> revision) {
  /** The branch that a name means by itself. */
  public static final String MAIN = "main";

  private static final String WORD = "[A-Za-z0-9_](?:[\\w.-]*[\\w])?";
  private static final String REPO = "(?:" + WORD + "/)?" + WORD;
  private static final String REVISION = "[A-Za-z0-9_][\\w.+-]*(?:/[A-Za-z0-9_][\\w.+-]*)*";
  private static final String COMMIT = "[0-9a-f]{40}";

  /** Checks the name. */
  public HubName {
    if (repo.length() > 96
        || !repo.matches(REPO)
        || repo.contains("--")
        || repo.contains("..")
        || repo.endsWith(".git")
        || revision.isPresent() && !isRevision(revision.get())) {
      throw new IllegalArgumentException(
          "\""
              + repo
              + revision.map(text -> "@" + text).orElse("")
              + "\" is no name on a hub: write OWNER/NAME or OWNER/NAME@REVISION");
    }
  }

  /**
   * Reads {@code OWNER/NAME} or {@code OWNER/NAME@REVISION}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static HubName parse(String typed) {
    int at = typed.indexOf('@');
    return at < 0
        ? new HubName(typed, Optional.empty())
        : new HubName(typed.substring(0, at), Optional.of(typed.substring(at + 1)));
  }

  /**
   * Returns the files that a user means who names a model: a folder that exists, else a name on a
   * hub, else a folder that does not exist.
   *
   * <p>Generators with a parameter {@code model} read it so.
   */
  public static ModelFiles files(String typed) {
    Path folder = Path.of(typed);
    if (!Files.isDirectory(folder) && !typed.startsWith(".")) {
      try {
        return ModelFiles.hub(typed);
      } catch (IllegalArgumentException e) {
        return ModelFiles.folder(folder);
      }
    }
    return ModelFiles.folder(folder);
  }

  /** Returns the revision, {@code main} if none was given. */
  public String revisionOrMain() {
    return revision.orElse(MAIN);
  }

  /** Returns the name of its folder in the cache, {@code models--OWNER--NAME}. */
  String folder() {
    return HubCache.PREFIX + repo.replace("/", "--");
  }

  static boolean isCommit(String text) {
    return text.matches(COMMIT);
  }

  private static boolean isRevision(String text) {
    return text.length() <= 200 && text.matches(REVISION) && !text.contains("..");
  }

  @Override
  public String toString() {
    return repo + revision.map(text -> "@" + text).orElse("");
  }
}
