package dev.triptych.api;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A model that a plugin will ask for: where its files are and how to load them where the host says.
 *
 * <pre>{@code
 * static final ModelSpec<Decoder> POET =
 *     ModelSpec.of("triptych-poem", ModelFiles.entry("models/poem"), Decoder.class, Decoder::load);
 * }</pre>
 *
 * <p>A loaded model is immutable and thread-safe: what a run changes (KV cache, random state)
 * belongs to the run. The host shares one loaded model among all who ask for the same bytes, type
 * and placement, whatever they call it.
 *
 * @param <M> type of the loaded model
 */
public final class ModelSpec<M extends AutoCloseable> {

  /** Loads a model from a folder of files that will not change, at the placement given. */
  @ConsumerType
  @FunctionalInterface
  public interface Loader<M> {
    /**
     * Loads the model. [any thread]
     *
     * @param folder holds the model's files, read-only
     * @throws IOException if a file is missing or damaged, saying which
     */
    M load(Path folder, Placement placement) throws IOException;
  }

  private final String id;
  private final ModelFiles files;
  private final Class<M> type;
  private final Loader<M> loader;
  private final String dtype;

  private ModelSpec(
      String id, ModelFiles files, Class<M> type, Loader<M> loader, Optional<String> dtype) {
    this.dtype = dtype.orElse(null);
    this.id = Objects.requireNonNull(id, "id");
    this.files = Objects.requireNonNull(files, "files");
    this.type = Objects.requireNonNull(type, "type");
    this.loader = Objects.requireNonNull(loader, "loader");
  }

  /** Returns a model to ask for. */
  public static <M extends AutoCloseable> ModelSpec<M> of(
      String id, ModelFiles files, Class<M> type, Loader<M> loader) {
    return new ModelSpec<>(id, files, type, loader, Optional.empty());
  }

  /** Returns this spec over other files, such as a folder that the user named. */
  public ModelSpec<M> withFiles(ModelFiles other) {
    return new ModelSpec<>(id, other, type, loader, dtype());
  }

  /**
   * Returns this spec computing as precisely as the user asked, not as the host would choose.
   *
   * @param name as in {@link Placement#dtype}
   */
  public ModelSpec<M> withDtype(String name) {
    return new ModelSpec<>(id, files, type, loader, Optional.of(name));
  }

  /** Returns the plugin's name for the model, for people to read; it decides nothing. */
  public String id() {
    return id;
  }

  /** Returns where the files are. */
  public ModelFiles files() {
    return files;
  }

  /** Returns the type of the loaded model. */
  public Class<M> type() {
    return type;
  }

  /** Returns how precisely to compute; empty if the host chooses. */
  public Optional<String> dtype() {
    return Optional.ofNullable(dtype);
  }

  /** Returns what loads the files. */
  public Loader<M> loader() {
    return loader;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ModelSpec<?> that
        && id.equals(that.id)
        && files.equals(that.files)
        && type.equals(that.type)
        && Objects.equals(dtype, that.dtype);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, files);
  }

  @Override
  public String toString() {
    return id + " (" + files + ")";
  }
}
