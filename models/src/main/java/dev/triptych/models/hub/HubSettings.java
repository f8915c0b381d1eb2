package dev.triptych.models.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Which hub, which cache, and as whom.
 *
 * @param endpoint the hub's address, without a slash at its end
 * @param cache the folder with {@code models--OWNER--NAME}
 * @param token sent to the hub, and to no other host
 * @param offline whether the cache alone may answer
 * @param patience how long to wait and how often to try
 * @param connections how many files come beside each other
 */
public record HubSettings(
    URI endpoint,
    Path cache,
    Optional<String> token,
    boolean offline,
    Patience patience,
    int connections) {
  /** The public hub. */
  public static final URI PUBLIC = URI.create("https://huggingface.co");

  private static final int CONNECTIONS = 4;
  private static final Set<String> YES = Set.of("1", "ON", "YES", "TRUE");

  /** Checks the address, the token and the number of connections. */
  public HubSettings {
    Objects.requireNonNull(cache, "cache");
    Objects.requireNonNull(patience, "patience");
    String scheme = String.valueOf(endpoint.getScheme()).toLowerCase(Locale.ROOT);
    if (!Set.of("http", "https").contains(scheme) || endpoint.getHost() == null) {
      throw new IllegalArgumentException(
          "HF_ENDPOINT \"" + endpoint + "\" must be an address such as " + PUBLIC);
    }
    if (token.isPresent() && !token.get().matches("[\\x21-\\x7e]+")) {
      throw new IllegalArgumentException(
          "HF_TOKEN has a character that no token has: copy it again");
    }
    if (connections < 1) {
      throw new IllegalArgumentException("at least one connection is needed");
    }
  }

  /**
   * Reads the variables that {@code huggingface_hub} reads: {@code HF_HOME}, {@code HF_HUB_CACHE},
   * {@code HF_TOKEN} or the token file, {@code HF_ENDPOINT}, {@code HF_HUB_OFFLINE}.
   *
   * @throws IllegalArgumentException if one of them is wrong, saying which
   */
  public static HubSettings of(Map<String, String> environment) {
    Path home = home(environment);
    String address = value(environment, "HF_ENDPOINT").orElse(PUBLIC.toString());
    URI endpoint;
    try {
      endpoint = URI.create(address.strip().replaceAll("/+$", ""));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "HF_ENDPOINT \"" + address + "\" must be an address such as " + PUBLIC, e);
    }
    boolean offline =
        value(environment, "HF_HUB_OFFLINE")
            .or(() -> value(environment, "TRANSFORMERS_OFFLINE"))
            .map(text -> YES.contains(text.toUpperCase(Locale.ROOT)))
            .orElse(false);
    return new HubSettings(
        endpoint,
        cache(environment),
        token(environment, home),
        offline,
        Patience.STANDARD,
        CONNECTIONS);
  }

  /** Returns where the environment says that the cache is. */
  public static Path cache(Map<String, String> environment) {
    return value(environment, "HF_HUB_CACHE")
        .or(() -> value(environment, "HUGGINGFACE_HUB_CACHE"))
        .map(HubSettings::path)
        .orElseGet(() -> home(environment).resolve("hub"));
  }

  /** Returns these settings with another cache. */
  public HubSettings withCache(Path folder) {
    return new HubSettings(endpoint, folder, token, offline, patience, connections);
  }

  /** Returns these settings with another hub. */
  public HubSettings withEndpoint(URI address) {
    return new HubSettings(address, cache, token, offline, patience, connections);
  }

  /** Returns these settings with another patience. */
  public HubSettings withPatience(Patience other) {
    return new HubSettings(endpoint, cache, token, offline, other, connections);
  }

  private static Path home(Map<String, String> environment) {
    return value(environment, "HF_HOME")
        .map(HubSettings::path)
        .orElseGet(
            () ->
                value(environment, "XDG_CACHE_HOME")
                    .map(HubSettings::path)
                    .orElseGet(() -> path("~/.cache"))
                    .resolve("huggingface"));
  }

  private static Optional<String> token(Map<String, String> environment, Path home) {
    Optional<String> given =
        value(environment, "HF_TOKEN").or(() -> value(environment, "HUGGING_FACE_HUB_TOKEN"));
    if (given.isPresent()) {
      return given.map(String::strip);
    }
    Path file =
        value(environment, "HF_TOKEN_PATH")
            .map(HubSettings::path)
            .orElseGet(() -> home.resolve("token"));
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty());
    } catch (IOException e) {
      throw new IllegalArgumentException("the token file " + file + " cannot be read", e);
    }
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
  }

  private static Path path(String text) {
    return (text.equals("~") || text.startsWith("~/")
            ? Path.of(System.getProperty("user.home"))
                .resolve(text.substring(1).replaceFirst("^/", ""))
            : Path.of(text))
        .toAbsolutePath()
        .normalize();
  }

  /** Shows everything but the token. */
  @Override
  public String toString() {
    return endpoint + " in " + cache + (token.isPresent() ? " with a token" : "");
  }
}
