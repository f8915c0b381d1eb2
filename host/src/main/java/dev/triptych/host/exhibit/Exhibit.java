package dev.triptych.host.exhibit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.api.Plan;
import dev.triptych.host.works.PrettyJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The folder in which the user finds the works.
 *
 * <p>Everything is written into a hidden folder beside it first, so that nothing is ever half
 * written: a new folder appears in one move, and in one that is there each file is replaced in one
 * move. Files of others are never replaced. Close it: what was not finished vanishes.
 */
public final class Exhibit implements AutoCloseable {
  private static final String RECORD = "triptych.json";
  private static final String PAGE = "index.html";

  private final Optional<Path> wanted;
  private final Path parent;
  private final String name;
  private final Path temp;

  private Exhibit(Optional<Path> wanted, Path parent, String name) throws IOException {
    this.wanted = wanted;
    this.parent = parent;
    this.name = name;
    this.temp = makeTemp(parent);
  }

  /**
   * Prepares the folder that the user named, which may be there already.
   *
   * @throws IllegalArgumentException if it cannot be written or is a file
   */
  public static Exhibit in(Path folder) throws IOException {
    Path absolute = folder.toAbsolutePath().normalize();
    if (Files.exists(absolute) && !Files.isDirectory(absolute)) {
      throw new IllegalArgumentException(folder + " is a file: name a folder");
    }
    if (absolute.getParent() == null) {
      throw new IllegalArgumentException(folder + " cannot be an output folder");
    }
    if (Files.isDirectory(absolute) && !Files.isWritable(absolute)) {
      throw new IllegalArgumentException("the folder " + folder + " cannot be written");
    }
    // Beside an existing folder there may be no room to write, inside it there is
    Path place = Files.isDirectory(absolute) ? absolute : absolute.getParent();
    return new Exhibit(Optional.of(absolute), place, String.valueOf(absolute.getFileName()));
  }

  /**
   * Prepares {@code works/<date>-<slug>} in the user's working folder; {@code -2}, {@code -3} if
   * taken.
   */
  public static Exhibit of(Path working, String prompt, LocalDate date) throws IOException {
    Path parent = working.resolve("works").toAbsolutePath();
    return new Exhibit(Optional.empty(), parent, date + "-" + Slug.of(prompt));
  }

  /**
   * Checks that files of these names may be written, before anything is made.
   *
   * @throws IllegalArgumentException if one is there and not ours
   */
  public void check(List<String> files) throws IOException {
    if (wanted.isEmpty() || Files.exists(wanted.get().resolve(RECORD))) {
      return; // a new folder, or one that an earlier run made
    }
    List<String> all = new ArrayList<>(files);
    all.add(PAGE);
    for (String file : all) {
      if (Files.exists(wanted.get().resolve(file))) {
        throw new IllegalArgumentException(
            wanted.get().resolve(file)
                + " is there and was not made by Triptych: name another folder");
      }
    }
  }

  /**
   * Writes works, record and page, and returns the folder.
   *
   * @param failures generator → why it failed
   */
  public Path write(
      String prompt, long seed, Plan plan, List<Piece> pieces, Map<String, String> failures)
      throws IOException {
    for (Piece piece : pieces) {
      try (InputStream in = piece.work().open()) {
        Files.copy(in, temp.resolve(piece.file()));
      }
    }
    Map<String, Object> record = json(prompt, seed, plan, pieces, "");
    if (!failures.isEmpty()) {
      record.put("failures", failures);
    }
    Files.writeString(temp.resolve(PAGE), ExhibitPage.of(prompt, seed, plan, pieces), UTF_8);
    Files.writeString(temp.resolve(RECORD), PrettyJson.write(record) + "\n", UTF_8);
    check(pieces.stream().map(Piece::file).toList());
    return wanted.isPresent() && Files.isDirectory(wanted.get()) ? fill(wanted.get()) : appear();
  }

  /** Returns prompt, seed, plan and works as JSON-like maps; files below a folder's name. */
  public static Map<String, Object> json(
      String prompt, long seed, Plan plan, List<Piece> pieces, String folder) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("prompt", prompt);
    json.put("seed", seed);
    json.put("plan", plan.fields());
    json.put("works", pieces.stream().map(piece -> piece.json(folder + piece.file())).toList());
    return json;
  }

  /** Moves the files into a folder that is there, the record last. */
  private Path fill(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(temp)) {
      all.forEach(files::add);
    }
    files.sort(
        (a, b) ->
            Boolean.compare(a.endsWith(RECORD), b.endsWith(RECORD)) * 2
                + Integer.signum(a.compareTo(b)));
    for (Path file : files) {
      Files.move(file, folder.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }
    return folder;
  }

  /** Gives the hidden folder its name; the next free one if no name was wished. */
  private Path appear() throws IOException {
    for (int i = 1; ; i++) {
      Path target = wanted.orElse(parent.resolve(i == 1 ? name : name + "-" + i));
      try {
        if (wanted.isPresent() || !Files.exists(target)) {
          return Files.move(temp, target, StandardCopyOption.ATOMIC_MOVE);
        }
      } catch (DirectoryNotEmptyException | FileAlreadyExistsException e) {
        if (wanted.isPresent()) {
          return fill(target); // it came while we worked
        }
      } catch (FileSystemException e) {
        if (wanted.isPresent() || !Files.exists(target)) {
          throw e;
        }
      }
    }
  }

  /** Removes what was not finished. */
  @Override
  public void close() {
    if (!Files.isDirectory(temp)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(temp)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(temp);
    } catch (IOException e) {
      // what cannot be removed is hidden, and named so that one can tell
    }
  }

  private static Path makeTemp(Path parent) throws IOException {
    try {
      Files.createDirectories(parent);
      Path temp = Files.createTempDirectory(parent, ".triptych-unfinished-");
      if (Files.getFileStore(temp).supportsFileAttributeView("posix")) {
        Files.setPosixFilePermissions(
            temp, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
      }
      return temp;
    } catch (AccessDeniedException e) {
      throw new IllegalArgumentException("the folder " + parent + " cannot be written", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the folder " + parent + " cannot be made: " + e.getMessage(), e);
    }
  }
}
