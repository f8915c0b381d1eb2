package dev.triptych.host.works;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.api.Lineage;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The store of finished works, shared by all processes of one home folder. [any thread]
 *
 * <p>{@code works/ab/abcd…} holds the bytes under their SHA-256, {@code
 * works/ab/abcd….<record>.json} how they were made; the same bytes may have been made in several
 * ways. Both are written to a temporary name and moved, and never change. The SQLite index is made
 * from the records and can be made again from them.
 */
public final class Works {
  /** The largest file of the user's that is imported. */
  public static final long MAX_IMPORT = 64L << 20;

  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

  private final Path folder;
  private final WorkIndex index;

  /** Opens the store below a home folder; nothing is created before the first work. */
  public Works(Path home) {
    this.folder = home.resolve("works");
    this.index = new WorkIndex(folder, this::records);
  }

  /**
   * Keeps a work: labels it, stores bytes and record, and indexes it.
   *
   * @throws IOException if the bytes are not of the media type, or cannot be written
   */
  public StoredWork keep(String mediaType, byte[] bytes, Lineage lineage) throws IOException {
    String record = WorkRecord.id(mediaType, lineage);
    byte[] labelled = Labels.write(mediaType, bytes, Labels.text(lineage, record));
    return store(mediaType, labelled, lineage, record);
  }

  /**
   * Takes a file of the user's into the store, unchanged.
   *
   * @param accepts the media types allowed; empty for any
   * @throws IllegalArgumentException if it is missing, too large or of another type, saying which
   */
  public StoredWork take(Path file, List<String> accepts) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("there is no file " + file);
    }
    if (Files.size(file) > MAX_IMPORT) {
      throw new IllegalArgumentException(file + " is larger than " + (MAX_IMPORT >> 20) + " MB");
    }
    byte[] bytes = Files.readAllBytes(file);
    String name = String.valueOf(file.getFileName());
    String mediaType =
        MediaKinds.sniff(bytes)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        file + " is neither text nor an image, MIDI or sound file that is known"));
    if (!accepts.isEmpty() && !accepts.contains(mediaType)) {
      throw new IllegalArgumentException(
          file + " is " + mediaType + ", not " + String.join(" or ", accepts));
    }
    Lineage lineage =
        Lineage.of("user", "1", Request.of("", Plan.of(Map.of()), 0))
            .withNotes(Map.of("file", name, "sha256", Digest.sha256(bytes)));
    return store(mediaType, bytes, lineage, WorkRecord.id(mediaType, lineage));
  }

  private StoredWork store(String mediaType, byte[] bytes, Lineage lineage, String record)
      throws IOException {
    String id = Digest.sha256(bytes);
    StoredWork work = new StoredWork(id, record, mediaType, lineage, path(id), bytes.length);
    write(work.path(), bytes);
    write(recordPath(id, record), WorkRecord.write(work).getBytes(UTF_8));
    index.add(work);
    return work;
  }

  /** Returns a work by the SHA-256 of its bytes; made in several ways, the first in order of id. */
  public Optional<StoredWork> find(String id) throws IOException {
    if (!ID.matcher(id).matches() || !Files.isRegularFile(path(id))) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> records =
        Files.newDirectoryStream(path(id).getParent(), id + ".*.json")) {
      Path first = null;
      for (Path record : records) {
        first = first == null || record.compareTo(first) < 0 ? record : first;
      }
      return first == null ? Optional.empty() : Optional.of(read(first));
    }
  }

  /** Returns the newest works of this home, newest first, at most {@code limit}. */
  public List<WorkIndex.Row> newest(int limit) throws IOException {
    return index.newest(limit);
  }

  /** Makes the index again from the records and returns how many there are. */
  public int reindex() throws IOException {
    return index.rebuild();
  }

  /** Returns the record files of all works; one that cannot be read is left out of the index. */
  private Stream<StoredWork> records() throws IOException {
    if (!Files.isDirectory(folder)) {
      return Stream.empty();
    }
    return Files.walk(folder, 2)
        .filter(path -> path.getFileName().toString().endsWith(".json"))
        .flatMap(
            path -> {
              try {
                return Stream.of(read(path));
              } catch (IOException e) {
                return Stream.empty();
              }
            });
  }

  private StoredWork read(Path recordPath) throws IOException {
    WorkRecord.Read read;
    try {
      read = WorkRecord.read(Files.readString(recordPath), this::input);
    } catch (IOException e) {
      throw new IOException("the record " + recordPath + " is damaged: remove it", e);
    }
    Path path = path(read.artifact());
    long size = Files.size(path);
    return new StoredWork(
        read.artifact(), read.record(), read.mediaType(), read.lineage(), path, size);
  }

  /** Returns an input of a work that was read: the work itself, or its bare name if it is gone. */
  private StoredWork input(String id) throws IOException {
    Lineage unknown = Lineage.of("user", "1", Request.of("", Plan.of(Map.of()), 0));
    return find(id)
        .orElseGet(() -> new StoredWork(id, id, "application/octet-stream", unknown, path(id), 0));
  }

  private Path path(String id) {
    return folder.resolve(id.substring(0, 2)).resolve(id);
  }

  private Path recordPath(String id, String record) {
    return path(id).resolveSibling(id + "." + record + ".json");
  }

  private static void write(Path target, byte[] bytes) throws IOException {
    if (Files.isRegularFile(target) && Files.size(target) == bytes.length) {
      return;
    }
    Files.createDirectories(target.getParent());
    WholeFile.write(target, bytes);
  }
}
