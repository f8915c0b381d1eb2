package dev.triptych.models.hub;

import dev.triptych.models.hub.HubException.Problem;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What was downloaded, by Triptych or by Python: {@code models--OWNER--NAME/snapshots/COMMIT}. [any
 * thread]
 */
public final class HubCache {
  static final String PREFIX = "models--";

  private static final String SNAPSHOTS = "snapshots";
  private static final int LONGEST_REF = 200;

  private final Path root;

  /**
   * Looks into a cache; it need not exist.
   *
   * @param root the folder with {@code models--OWNER--NAME}
   */
  public HubCache(Path root) {
    this.root = Objects.requireNonNull(root, "root");
  }

  /**
   * A revision of a model that is in the cache.
   *
   * @param repo {@code OWNER/NAME}
   * @param commit the name of its snapshot
   * @param refs the branches and tags that mean it
   * @param folder its files
   */
  public record Snapshot(String repo, String commit, List<String> refs, Path folder) {
    /** Returns how to name it: without a revision if it is {@code main}. */
    public String name() {
      return refs.contains(HubName.MAIN)
          ? repo
          : repo + "@" + (refs.isEmpty() ? commit : refs.get(0));
    }
  }

  /** Returns the folder with {@code models--OWNER--NAME}. */
  public Path root() {
    return root;
  }

  /**
   * Returns the folder of a revision; of a name alone {@code main}, else the only one that is
   * there.
   */
  public Optional<Path> find(HubName name) throws IOException {
    return snapshot(name).map(Snapshot::folder);
  }

  /** Says whether there is something to remove: a snapshot, or what an unfinished pull left. */
  public boolean holds(HubName name) throws IOException {
    return name.revision().isEmpty()
        ? Files.exists(root.resolve(name.folder()), LinkOption.NOFOLLOW_LINKS)
        : snapshot(name).isPresent();
  }

  /** Returns the snapshot of a revision; see {@link #find}. */
  Optional<Snapshot> snapshot(HubName name) throws IOException {
    List<Snapshot> all = snapshots(root.resolve(name.folder()), name.repo());
    String revision = name.revisionOrMain();
    for (Snapshot one : all) {
      if (one.refs.contains(revision) || one.commit.equals(revision)) {
        return Optional.of(one);
      }
    }
    return name.revision().isEmpty() && all.size() == 1
        ? Optional.of(all.get(0))
        : Optional.empty();
  }

  /** Returns every snapshot, by name and commit. */
  public List<Snapshot> all() throws IOException {
    List<Snapshot> found = new ArrayList<>();
    for (Path model : folders(root)) {
      String folder = model.getFileName().toString();
      if (folder.startsWith(PREFIX)) {
        found.addAll(snapshots(model, folder.substring(PREFIX.length()).replaceFirst("--", "/")));
      }
    }
    return found;
  }

  /**
   * Removes a revision, or, if the name has none, all revisions of a model; bytes that another
   * revision of it needs stay.
   *
   * @return how many bytes were freed
   * @throws HubException if it is not there
   */
  public long remove(HubName name) throws IOException {
    Path model = root.resolve(name.folder());
    List<Snapshot> all = snapshots(model, name.repo());
    if (name.revision().isEmpty() && Files.exists(model, LinkOption.NOFOLLOW_LINKS)) {
      long bytes = delete(root.resolve(".locks").resolve(name.folder()));
      return bytes + delete(model);
    }
    Snapshot gone =
        snapshot(name).orElseThrow(() -> new HubException(Problem.NOT_CACHED, name.toString()));
    if (all.size() == 1) {
      return remove(new HubName(name.repo(), Optional.empty()));
    }
    if (!model.toRealPath().startsWith(root.toRealPath())) {
      throw new IOException(model + " leads out of the cache: remove the revision by hand");
    }
    for (String ref : gone.refs) {
      Files.deleteIfExists(model.resolve("refs").resolve(ref));
    }
    long bytes = delete(gone.folder);
    Set<Path> needed = new HashSet<>();
    for (Snapshot other : all) {
      if (!other.equals(gone)) {
        needed.addAll(targets(other.folder));
      }
    }
    for (Path blob : files(model.resolve("blobs"))) {
      boolean inside = blob.toRealPath().startsWith(model.toRealPath());
      if (inside && !needed.contains(blob.toRealPath())) {
        bytes += delete(blob);
      }
    }
    return bytes;
  }

  /** Returns the real files behind the names of a snapshot. */
  private static Set<Path> targets(Path snapshot) throws IOException {
    Set<Path> found = new HashSet<>();
    try (Stream<Path> walk = Files.walk(snapshot)) {
      for (Path file : (Iterable<Path>) walk.filter(Files::isRegularFile)::iterator) {
        found.add(file.toRealPath());
      }
    }
    return found;
  }

  private static List<Snapshot> snapshots(Path model, String repo) throws IOException {
    Map<String, List<String>> refs = refs(model.resolve("refs"));
    List<Snapshot> found = new ArrayList<>();
    for (Path folder : folders(model.resolve(SNAPSHOTS))) {
      String commit = folder.getFileName().toString();
      found.add(new Snapshot(repo, commit, refs.getOrDefault(commit, List.of()), folder));
    }
    return found;
  }

  /** Returns the branches and tags by the commit that they mean. */
  private static Map<String, List<String>> refs(Path folder) throws IOException {
    Map<String, List<String>> found = new TreeMap<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> walk = Files.walk(folder)) {
        for (Path file : (Iterable<Path>) walk.filter(Files::isRegularFile).sorted()::iterator) {
          if (Files.size(file) <= LONGEST_REF) {
            String name = folder.relativize(file).toString().replace('\\', '/');
            found
                .computeIfAbsent(Files.readString(file).strip(), commit -> new ArrayList<>())
                .add(name);
          }
        }
      }
    }
    return found;
  }

  private static List<Path> folders(Path parent) throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(parent)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, Files::isDirectory)) {
        all.forEach(found::add);
      }
    }
    found.removeIf(one -> one.getFileName().toString().startsWith("."));
    found.sort(Comparator.naturalOrder());
    return found;
  }

  private static List<Path> files(Path parent) throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(parent)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(parent)) {
        all.forEach(found::add);
      }
    }
    return found;
  }

  /** Deletes a file or a folder; links are deleted, what they point to is not. */
  private static long delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return 0;
    }
    long[] bytes = {0};
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes facts)
              throws IOException {
            bytes[0] += facts.isRegularFile() ? facts.size() : 0;
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
            if (e != null) {
              throw e;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
    return bytes[0];
  }
}
