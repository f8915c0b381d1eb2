package dev.triptych.host.bundles;

import dev.triptych.host.trust.Candidate;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A folder whose jars are installed when they come to rest, on a thread of its own.
 *
 * <p>A jar has come to rest when two looks find its size and time unchanged, and those of the
 * signature {@code NAME.jar.sig} beside it. It is read once, checked as any other, and installed;
 * then it is deleted, for the bytes lie in {@code plugins/} by then. One that is refused is moved
 * to {@code refused/}, with a text file beside it that says why.
 */
public final class Inbox implements AutoCloseable {
  private static final String REFUSED = "refused";
  private static final long REST_MILLIS = 150;
  private static final long SLOW_MILLIS = 2_000;
  private static final long CLOSE_MILLIS = 10_000;

  private record Look(long size, long millis, long signature) {}

  private final Path folder;
  private final Plugins plugins;
  private final Consumer<String> told;
  private final WatchService events;
  private final Thread thread;
  private final Map<Path, Look> seen = new HashMap<>();
  private volatile boolean closed;

  private Inbox(Path folder, Plugins plugins, Consumer<String> told, WatchService events) {
    this.folder = folder;
    this.plugins = plugins;
    this.told = told;
    this.events = events;
    this.thread = new Thread(this::run, "plugins inbox");
    thread.setDaemon(true);
    thread.setContextClassLoader(Inbox.class.getClassLoader());
  }

  /** Makes the folder if it is not there, and watches it. */
  static Inbox open(Path folder, Plugins plugins, Consumer<String> told) throws IOException {
    Files.createDirectories(folder.resolve(REFUSED));
    WatchService events = folder.getFileSystem().newWatchService();
    folder.register(
        events, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
    Inbox inbox = new Inbox(folder, plugins, told, events);
    inbox.thread.start();
    return inbox;
  }

  private void run() {
    try {
      while (!closed) {
        plugins.adopt();
        look();
        WatchKey key =
            events.poll(seen.isEmpty() ? SLOW_MILLIS : REST_MILLIS, TimeUnit.MILLISECONDS);
        if (key != null) {
          key.pollEvents();
          key.reset();
          Thread.sleep(REST_MILLIS); // it is being written
        }
      }
    } catch (InterruptedException | ClosedWatchServiceException e) {
      // closed
    } catch (IOException e) {
      told.accept("the inbox " + folder + " is not watched any more: " + Sentences.of(e));
    }
  }

  /** Installs each jar that is as it was at the last look. */
  private void look() throws IOException, InterruptedException {
    Map<Path, Look> now = new HashMap<>();
    List<Path> rested = new ArrayList<>();
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
      for (Path jar : jars) {
        Look look = look(jar);
        if (look == null) {
          continue;
        }
        if (look.equals(seen.get(jar))) {
          rested.add(jar);
        } else {
          now.put(jar, look);
        }
      }
    }
    seen.clear();
    seen.putAll(now);
    for (Path jar : rested) {
      take(jar);
    }
  }

  private static Look look(Path jar) throws IOException {
    try {
      Path signature = signature(jar);
      return new Look(
          Files.size(jar),
          Files.getLastModifiedTime(jar).toMillis(),
          Files.exists(signature) ? Files.getLastModifiedTime(signature).toMillis() : 0);
    } catch (NoSuchFileException e) {
      return null; // taken away again
    }
  }

  private static Path signature(Path jar) {
    return jar.resolveSibling(jar.getFileName() + ".sig");
  }

  private void take(Path jar) throws IOException, InterruptedException {
    try {
      Plugin plugin =
          plugins.install(Candidate.read(jar).handedOver(Candidate.Way.INBOX), Terms.STRICT);
      Files.deleteIfExists(jar);
      Files.deleteIfExists(signature(jar));
      told.accept("installed " + plugin.id() + " " + plugin.version() + " from the inbox");
    } catch (IllegalArgumentException | IOException e) {
      Path aside = folder.resolve(REFUSED).resolve(jar.getFileName());
      Files.writeString(aside.resolveSibling(aside.getFileName() + ".txt"), Sentences.of(e) + "\n");
      Files.move(jar, aside, StandardCopyOption.REPLACE_EXISTING);
      if (Files.exists(signature(jar))) {
        Files.move(signature(jar), signature(aside), StandardCopyOption.REPLACE_EXISTING);
      }
      told.accept("refused " + jar.getFileName() + " from the inbox: " + Sentences.of(e));
    }
  }

  /** Stops watching; waits for a jar that is being installed. */
  @Override
  public void close() throws IOException {
    closed = true;
    events.close();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
