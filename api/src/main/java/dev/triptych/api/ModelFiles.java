package dev.triptych.api;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Where a model's files are: in the plugin's bundle, in a folder of the user's, or under a hub
 * name.
 *
 * <p>Each holds what a Hugging Face folder holds: {@code config.json}, {@code model.safetensors},
 * {@code tokenizer.json}, or the folders of a diffusers model.
 */
public abstract sealed class ModelFiles {
  private ModelFiles() {}

  /**
   * Returns the files below a folder inside the plugin's own bundle, such as {@code models/poem}.
   */
  public static Entry entry(String path) {
    return new Entry(path);
  }

  /** Returns the files of a folder on the disk. */
  public static Folder folder(Path path) {
    return new Folder(path);
  }

  /**
   * Returns the files known under a hub name, such as {@code BAAI/bge-small-zh-v1.5}: one that the
   * host ships, or one in the hub cache; {@code OWNER/NAME@REVISION} is one revision of it.
   */
  public static Hub hub(String name) {
    return new Hub(name);
  }

  /** A folder inside the plugin's bundle. */
  public static final class Entry extends ModelFiles {
    private final String path;

    private Entry(String path) {
      if (path.isEmpty() || path.startsWith("/") || path.endsWith("/") || path.contains("..")) {
        throw new IllegalArgumentException(
            "bundle entry \"" + path + "\" must be a relative folder such as models/poem");
      }
      this.path = path;
    }

    /** Returns the folder, relative to the root of the bundle. */
    public String path() {
      return path;
    }

    @Override
    public String toString() {
      return "bundle:" + path;
    }
  }

  /** A folder on the disk. */
  public static final class Folder extends ModelFiles {
    private final Path path;

    private Folder(Path path) {
      this.path = path.toAbsolutePath().normalize();
    }

    /** Returns the folder's absolute path. */
    public Path path() {
      return path;
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /** A name on a hub. */
  public static final class Hub extends ModelFiles {
    private static final String MODEL = "[A-Za-z0-9][\\w.-]*/[A-Za-z0-9][\\w.-]*";
    private static final String REVISION = "[A-Za-z0-9_][\\w.+-]*(?:/[A-Za-z0-9_][\\w.+-]*)*";

    private final String name;

    private Hub(String name) {
      if (!name.matches(MODEL + "(?:@" + REVISION + ")?")) {
        throw new IllegalArgumentException(
            "hub name \""
                + name
                + "\" must be OWNER/NAME or OWNER/NAME@REVISION, such as BAAI/bge-small-zh-v1.5");
      }
      this.name = name;
    }

    /** Returns the name, OWNER/NAME or OWNER/NAME@REVISION. */
    public String name() {
      return name;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @Override
  public final boolean equals(Object other) {
    return other != null && getClass() == other.getClass() && toString().equals(other.toString());
  }

  @Override
  public final int hashCode() {
    return Objects.hash(getClass(), toString());
  }
}
