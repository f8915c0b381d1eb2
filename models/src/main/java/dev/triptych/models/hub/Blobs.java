package dev.triptych.models.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.models.hub.HubConnection.RemoteFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes one model's folder in the cache, as {@code huggingface_hub} does: {@code blobs/DIGEST} are
 * the bytes, {@code snapshots/COMMIT/NAME} links to them, {@code refs/REVISION} holds a commit.
 *
 * <p>Where the system has no symbolic links a name is a hard link or a copy. [any thread]
 */
final class Blobs {
  private static final String PART = ".incomplete";
  private static final long LOCK_PAUSE_MILLIS = 200;

  private final Path folder;
  private final Path locks;

  /**
   * Makes the folders of a model.
   *
   * @param cache with {@code models--OWNER--NAME}
   */
  Blobs(Path cache, HubName name) throws IOException {
    this.folder = cache.resolve(name.folder());
    this.locks = cache.resolve(".locks").resolve(name.folder());
    Files.createDirectories(folder.resolve("blobs"));
    Files.createDirectories(locks);
  }

  /** Keeps other threads and processes of Triptych from downloading the same file. */
  record Lock(FileChannel channel) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      channel.close(); // which frees it; the file stays, for others may hold it open
    }
  }

  Path blob(String digest) {
    return folder.resolve("blobs").resolve(digest);
  }

  Path part(String digest) {
    return folder.resolve("blobs").resolve(digest + PART);
  }

  Path snapshot(String commit) {
    return folder.resolve("snapshots").resolve(commit);
  }

  /** Says whether the blob is there with its size. */
  boolean has(RemoteFile file) throws IOException {
    Path blob = blob(file.digest());
    return Files.isRegularFile(blob) && Files.size(blob) == file.size();
  }

  /**
   * Says whether the snapshot has a file under its name, as a link to its blob or, where there are
   * no links, with the same bytes.
   */
  boolean named(String commit, RemoteFile file) throws IOException {
    Path pointer = snapshot(commit).resolve(file.name());
    if (!Files.isRegularFile(pointer) || Files.size(pointer) != file.size()) {
      return false;
    }
    return Files.isSymbolicLink(pointer)
        ? Files.readSymbolicLink(pointer).endsWith(file.digest())
        : Checksum.holds(pointer, file.digest(), count -> {});
  }

  /** Returns how many bytes an earlier try left of a file. */
  long present(RemoteFile file) throws IOException {
    Path part = part(file.digest());
    long size = Files.isRegularFile(part) ? Files.size(part) : 0;
    return size > file.size() ? 0 : size;
  }

  /** Waits for the lock of a file. */
  Lock lock(String digest) throws IOException, InterruptedException {
    FileChannel channel =
        FileChannel.open(
            locks.resolve(digest + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      while (!locked(channel)) {
        Thread.sleep(LOCK_PAUSE_MILLIS);
      }
      return new Lock(channel);
    } catch (IOException | InterruptedException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // another thread of ours holds it
    }
  }

  /** Gives a blob its name in a snapshot. */
  void name(String commit, RemoteFile file) throws IOException {
    if (named(commit, file)) {
      return;
    }
    Path pointer = snapshot(commit).resolve(file.name());
    Files.createDirectories(pointer.getParent());
    Path fresh = pointer.resolveSibling(pointer.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Path blob = blob(file.digest());
    link(fresh, pointer.getParent().relativize(blob), blob);
    Files.move(fresh, pointer, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void link(Path pointer, Path target, Path blob) throws IOException {
    try {
      Files.createSymbolicLink(pointer, target);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException | SecurityException noLinks) {
      copy(pointer, blob);
    }
  }

  /** Gives a blob a second name, or copies it where that cannot be. */
  static void copy(Path pointer, Path blob) throws IOException {
    try {
      Files.createLink(pointer, blob);
    } catch (IOException | UnsupportedOperationException | SecurityException noHardLinks) {
      Files.copy(blob, pointer);
    }
  }

  /** Says which commit a branch or a tag is. */
  void refer(String revision, String commit) throws IOException {
    if (revision.equals(commit)) {
      return;
    }
    Path ref = folder.resolve("refs").resolve(revision);
    Files.createDirectories(ref.getParent());
    Path fresh = Files.createTempFile(folder, "ref-", ".tmp");
    Files.writeString(fresh, commit, UTF_8);
    Files.move(fresh, ref, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
