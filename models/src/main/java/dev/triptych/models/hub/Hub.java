package dev.triptych.models.hub;

import dev.triptych.models.hub.HubConnection.RemoteFile;
import dev.triptych.models.hub.HubException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

/**
 * Downloads models from a Hugging Face hub into the cache that Python shares. [any thread]
 *
 * <pre>{@code
 * Path folder = Hub.standard().pull("Qwen/Qwen2.5-0.5B-Instruct");
 * }</pre>
 *
 * <p>A file comes into the cache only with the size and the digest that the hub names; what a cut
 * connection or an interrupt leaves is gone on with by the next pull. A snapshot gets its names
 * when all its bytes are there.
 */
public final class Hub {
  private final HubSettings settings;

  private Hub(HubSettings settings) {
    this.settings = Objects.requireNonNull(settings, "settings");
  }

  /**
   * Returns the hub and the cache that the environment names.
   *
   * @throws IllegalArgumentException if a variable is wrong, saying which
   */
  public static Hub standard() {
    return of(HubSettings.of(System.getenv()));
  }

  /** Returns the hub and the cache of these settings. */
  public static Hub of(HubSettings settings) {
    return new Hub(settings);
  }

  /** Returns the settings. */
  public HubSettings settings() {
    return settings;
  }

  /** Returns the cache. */
  public HubCache cache() {
    return new HubCache(settings.cache());
  }

  /**
   * Pulls a model; see {@link #pull(HubName, List, PullListener)}.
   *
   * @param name {@code OWNER/NAME} or {@code OWNER/NAME@REVISION}
   */
  public Path pull(String name) throws IOException, InterruptedException {
    return pull(HubName.parse(name), List.of(), PullListener.NONE);
  }

  /**
   * Downloads what of a model is not in the cache, and returns the folder of its snapshot.
   *
   * <p>Without globs, what Triptych never reads is left out: pickle, other frameworks' weights,
   * second copies. Offline, the snapshot that is in the cache is returned. An interrupt stops the
   * download within a moment.
   *
   * @param globs which files, as in {@code huggingface_hub}'s {@code allow_patterns}; none for
   *     those that Triptych reads
   * @throws HubException if the hub does not give the model, saying why and what to do
   * @throws IOException if the cache cannot be written
   */
  public Path pull(HubName name, List<String> globs, PullListener listener)
      throws IOException, InterruptedException {
    if (settings.offline()) {
      return cache().find(name).orElseThrow(() -> new HubException(Problem.OFFLINE, name));
    }
    try (HubConnection hub = new HubConnection(settings, name)) {
      Callable<Listing> list = () -> backoff(name.repo(), listener).run(hub::listing);
      Listing listing = Crew.run(1, List.of(list), hub::close).get(0);
      List<String> all = listing.files().stream().map(Listing.Sibling::name).toList();
      Selection selection = Selection.of(name.repo(), all, globs);
      List<RemoteFile> files = heads(hub, listing, selection, listener);
      Blobs blobs = new Blobs(settings.cache(), name);
      download(hub, listing.commit(), files, selection, blobs, listener);
      for (RemoteFile file : files) {
        blobs.name(listing.commit(), file);
      }
      blobs.refer(name.revisionOrMain(), listing.commit());
      return blobs.snapshot(listing.commit());
    }
  }

  private List<RemoteFile> heads(
      HubConnection hub, Listing listing, Selection selection, PullListener listener)
      throws IOException, InterruptedException {
    List<Callable<RemoteFile>> tasks = new ArrayList<>();
    for (Listing.Sibling file : listing.files()) {
      if (selection.wanted().contains(file.name())) {
        tasks.add(() -> backoff(file.name(), listener).run(() -> hub.head(listing.commit(), file)));
      }
    }
    return Crew.run(settings.connections(), tasks, hub::close);
  }

  private void download(
      HubConnection hub,
      String commit,
      List<RemoteFile> files,
      Selection selection,
      Blobs blobs,
      PullListener listener)
      throws IOException, InterruptedException {
    Map<String, RemoteFile> distinct = new LinkedHashMap<>();
    files.forEach(file -> distinct.putIfAbsent(file.digest(), file));
    Map<RemoteFile, Long> missing = new LinkedHashMap<>();
    long total = 0;
    long there = 0;
    for (RemoteFile file : distinct.values()) {
      boolean whole = blobs.has(file) || blobs.named(commit, file);
      long present = whole ? file.size() : blobs.present(file);
      if (!whole) {
        missing.put(file, present);
      }
      total += file.size();
      there += present;
    }
    listener.planned(selection.wanted(), selection.skipped(), total, there);
    room(total - there);
    Meter meter = new Meter(listener, total, there);
    List<Callable<Void>> tasks = new ArrayList<>();
    missing.forEach(
        (file, bytes) -> {
          meter.start(file, bytes);
          tasks.add(
              () -> {
                new Download(hub, commit, file, blobs, meter, settings.patience()).run();
                return null;
              });
        });
    Crew.run(settings.connections(), tasks, hub::close);
  }

  /** Refuses to begin what the disk cannot hold. */
  private void room(long bytes) throws IOException {
    Path cache = settings.cache();
    long free = Files.getFileStore(cache).getUsableSpace();
    if (bytes > free) {
      throw new HubException(Problem.SPACE, (bytes >> 20) + 1, free >> 20, cache);
    }
  }

  private Backoff backoff(String what, PullListener listener) {
    return new Backoff(settings.patience(), what, listener);
  }
}
