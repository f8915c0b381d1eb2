package dev.triptych.host;

import dev.triptych.models.bert.ShippedEncoders;
import dev.triptych.models.hub.HubCache;
import dev.triptych.models.hub.HubException;
import dev.triptych.models.hub.HubName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Models known under a hub name: the sentence encoders that the program ships, then those in the
 * hub caches, below the home folder and where Python's {@code huggingface_hub} has its own.
 */
public final class HubModels {
  private final Path home;
  private final List<HubCache> caches;

  /** Looks below the home folder first, then where the environment says Hugging Face's cache is. */
  public HubModels(Home home) {
    this.home = home.folder();
    this.caches = List.of(new HubCache(this.home.resolve("hub")), new HubCache(home.hubCache()));
  }

  /**
   * Returns the folder of a model: its revision {@code main}, else the only one that is there. An
   * encoder that the program ships is converted on the first call.
   *
   * @throws UncheckedIOException if that conversion fails
   */
  public Optional<Path> find(String name) {
    try {
      Optional<Path> shipped = ShippedEncoders.folder(name, home);
      return shipped.isPresent() ? shipped : find(HubName.parse(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the folder that a user means: one that exists, else what was pulled under a name.
   *
   * @param typed a folder, {@code OWNER/NAME} or {@code OWNER/NAME@REVISION}
   * @throws IllegalArgumentException if it is neither a folder that is there nor a name
   * @throws HubException if it is a name that is in no cache
   */
  public Path locate(String typed) throws IOException {
    return locate(Path.of(""), typed);
  }

  /**
   * Returns the folder that a user means who is in another working folder than this process.
   *
   * @param working the user's working folder
   * @param typed as above
   */
  public Path locate(Path working, String typed) throws IOException {
    Path folder = Path.of(typed);
    Path there = working.resolve(folder);
    if (Files.isDirectory(there)) {
      return there;
    }
    Path owned = Path.of(typed.replaceFirst("@.*", "")); // a revision may hold slashes
    if (folder.isAbsolute() || typed.startsWith(".") || owned.getNameCount() > 2) {
      throw new IllegalArgumentException("there is no folder " + typed);
    }
    HubName name = HubName.parse(typed);
    Optional<Path> found = name.revision().isPresent() ? find(name) : find(typed);
    return found.orElseThrow(() -> HubException.notCached(typed));
  }

  /** Returns every revision of every model in the caches, each folder once. */
  public List<HubCache.Snapshot> all() throws IOException {
    List<HubCache.Snapshot> found = new ArrayList<>();
    for (HubCache cache : caches) {
      for (HubCache.Snapshot one : cache.all()) {
        if (found.stream().noneMatch(other -> other.folder().equals(one.folder()))) {
          found.add(one);
        }
      }
    }
    return found;
  }

  /** Returns the caches in the order in which they are searched. */
  public List<HubCache> caches() {
    return caches;
  }

  private Optional<Path> find(HubName name) throws IOException {
    for (HubCache cache : caches) {
      Optional<Path> found = cache.find(name);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
