package dev.triptych.host.origin;

import dev.triptych.host.trust.Candidate;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Gets plugins from where a user says: a file, an http(s) address, Maven coordinates, or an id in
 * an index. What comes is a candidate; whether it comes in is decided elsewhere. [one thread]
 */
public final class Origins {
  private static final String INDEX = "index:";

  private final Path folder;
  private final Optional<String> indexPlace;
  private final Map<String, String> environment;
  private final FetchListener listener;
  private final WebFiles web;
  private PluginIndex index;
  private Repositories repositories;

  /**
   * Origins as one user sees them.
   *
   * @param folder below which relative paths lie
   * @param indexPlace the file or address of the index, if there is one
   * @param environment of the user: proxies, and where Maven is
   */
  public Origins(
      Path folder,
      Optional<String> indexPlace,
      Map<String, String> environment,
      FetchListener listener) {
    this.folder = folder;
    this.indexPlace = indexPlace;
    this.environment = environment;
    this.listener = listener;
    this.web = new WebFiles(environment, WebFiles.Patience.STANDARD);
  }

  /**
   * Gets what a source names: an address, coordinates (write {@code ./a:b} for a file with a colon
   * in its name), a file, or else an id of the index.
   *
   * @throws IllegalArgumentException if there is no such thing
   * @throws IOException if it cannot be had
   */
  public Candidate get(String source) throws IOException, InterruptedException {
    if (source.startsWith(INDEX)) {
      return indexed(entry(source.substring(INDEX.length())));
    }
    if (WebFiles.isAddress(source)) {
      return web.plugin(WebFiles.address(source), listener);
    }
    if (Coordinates.matches(source)) {
      return maven().fetch(Coordinates.parse(source), listener);
    }
    Path file = path(source);
    if (!Files.exists(file) && indexPlace.isPresent() && source.matches("[A-Za-z0-9_.-]+")) {
      Optional<PluginIndex.Entry> entry = index().find(source);
      if (entry.isPresent()) {
        return indexed(entry.get());
      }
    }
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(
          "there is no file " + source + ", and no plugin of that id in an index");
    }
    return Candidate.read(file);
  }

  /**
   * Returns the index.
   *
   * @throws IllegalArgumentException if none is named, or it is damaged
   */
  public PluginIndex index() throws IOException, InterruptedException {
    if (index == null) {
      String place =
          indexPlace.orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "no index of plugins is named: say --index FILE|ADDRESS, or set pluginIndex"
                          + " in config.json"));
      byte[] json;
      if (WebFiles.isAddress(place)) {
        json = web.get(WebFiles.address(place), PluginIndex.MAX_BYTES, "index", listener);
      } else {
        Path file = path(place);
        if (!Files.isRegularFile(file) || Files.size(file) > PluginIndex.MAX_BYTES) {
          throw new IllegalArgumentException("there is no index of plugins " + place);
        }
        json = Files.readAllBytes(file);
      }
      index = PluginIndex.parse(json, place);
    }
    return index;
  }

  /**
   * Looks at what the origin of an installed plugin offers now.
   *
   * @param origin as it was kept when the plugin was installed
   * @param sha256 of the jar that is installed
   */
  public Offer offer(String origin, String sha256) throws IOException, InterruptedException {
    if (Candidate.isHandedOver(origin)) {
      return new Offer(false, Optional.empty(), origin, Optional.empty());
    }
    if (origin.startsWith(INDEX)) {
      PluginIndex.Entry entry = entry(origin.substring(INDEX.length()));
      return new Offer(
          !entry.sha256().equals(sha256), Optional.of(entry.version()), origin, Optional.empty());
    }
    if (!WebFiles.isAddress(origin) && Coordinates.matches(origin)) {
      Coordinates here = Coordinates.parse(origin);
      String newest = maven().newest(here);
      return new Offer(
          !here.version().equals(Optional.of(newest)),
          Optional.of(newest),
          here.at(newest).toString(),
          Optional.empty());
    }
    Candidate now = get(origin);
    return new Offer(!now.sha256().equals(sha256), Optional.empty(), origin, Optional.of(now));
  }

  private PluginIndex.Entry entry(String id) throws IOException, InterruptedException {
    return index()
        .find(id)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no plugin " + id + " in the index " + index.place()));
  }

  /** Gets a plugin of the index; its bytes must be those that the index speaks of. */
  private Candidate indexed(PluginIndex.Entry entry) throws IOException, InterruptedException {
    String place = index().place();
    String source = entry.source();
    Candidate came;
    if (WebFiles.isAddress(source)) {
      came = web.plugin(WebFiles.address(source), listener);
    } else if (Coordinates.matches(source)) {
      came = maven().fetch(Coordinates.parse(source), listener);
    } else if (WebFiles.isAddress(place)) {
      URI address;
      try {
        address = WebFiles.address(place).resolve(source);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "the index of plugins "
                + place
                + " is damaged: the source of "
                + entry.id()
                + " is none",
            e);
      }
      came = web.plugin(WebFiles.address(address.toString()), listener);
    } else {
      came = Candidate.read(path(place).resolveSibling(source));
    }
    if (!came.sha256().equals(entry.sha256())) {
      throw new IllegalArgumentException(
          came.name()
              + " is not the file that the index "
              + place
              + " speaks of: its SHA-256 differs");
    }
    return new Candidate(
        came.name(), INDEX + entry.id(), came.bytes(), came.sha256(), came.signature());
  }

  private Path path(String text) {
    try {
      return folder.resolve(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("there is no file " + text, e);
    }
  }

  private Repositories maven() throws IOException {
    if (repositories == null) {
      repositories = MavenRoom.open(environment);
    }
    return repositories;
  }
}
