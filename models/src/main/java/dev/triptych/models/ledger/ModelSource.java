package dev.triptych.models.ledger;

import dev.triptych.api.ModelFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Finds the files of a model: in a folder, in a jar, on a class path, under a hub name.
 *
 * <pre>{@code
 * ModelSource source = ModelSource.folders().or(ModelSource.jar(bundle)).or(ModelSource.hub(cache::find));
 * }</pre>
 */
@FunctionalInterface
public interface ModelSource {

  /**
   * Returns the files by their name relative to the model's folder, with {@code /} between folders;
   * an empty map if this source has none. [any thread]
   *
   * @throws IOException if they are there and cannot be read
   */
  Map<String, FileSource> files(ModelFiles files) throws IOException;

  /** Returns a source that asks the other one for what this one does not have. */
  default ModelSource or(ModelSource other) {
    return files -> {
      Map<String, FileSource> mine = files(files);
      return mine.isEmpty() ? other.files(files) : mine;
    };
  }

  /** Returns a source for {@link ModelFiles#folder}: the files below it, without hidden ones. */
  static ModelSource folders() {
    return files -> files instanceof ModelFiles.Folder folder ? below(folder.path()) : Map.of();
  }

  /**
   * Returns a source for {@link ModelFiles#hub}.
   *
   * @param finder the folder that holds the model known under a hub name, if there is one
   */
  static ModelSource hub(Function<String, Optional<Path>> finder) {
    return files -> {
      if (!(files instanceof ModelFiles.Hub hub)) {
        return Map.of();
      }
      Optional<Path> folder = finder.apply(hub.name());
      return folder.isPresent() ? below(folder.get()) : Map.of();
    };
  }

  /** Returns a source for {@link ModelFiles#entry} in a jar on the disk. */
  static ModelSource jar(Path jar) {
    return files ->
        files instanceof ModelFiles.Entry entry ? JarEntries.below(jar, entry.path()) : Map.of();
  }

  /** Returns a source for {@link ModelFiles#entry} in the folders and jars of a class path. */
  static ModelSource classPath(ClassLoader loader) {
    return files ->
        files instanceof ModelFiles.Entry entry
            ? JarEntries.onClassPath(loader, entry.path())
            : Map.of();
  }

  /**
   * Returns the files below a folder, links followed, without those whose name, or whose folder's
   * name, starts with a dot; empty if there is no such folder.
   */
  static Map<String, FileSource> below(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Map.of();
    }
    Map<String, FileSource> found = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : (Iterable<Path>) walk.filter(Files::isRegularFile)::iterator) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        if (!name.startsWith(".") && !name.contains("/.")) {
          found.put(name, FileSource.of(file));
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return Collections.unmodifiableMap(found);
  }
}
