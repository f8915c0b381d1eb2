package dev.triptych.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.models.hub.HubSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The home folder, {@code TRIPTYCH_HOME} or {@code ~/.triptych}, and what its {@code config.json}
 * says.
 *
 * @param folder the folder
 * @param language {@code zh} or {@code en}, if set
 * @param threads how many jobs may run at once, if set
 * @param memoryBytes how much models may take together, if set ({@code memoryMiB} in the file)
 * @param device {@code cpu}, {@code cuda:0} or {@code auto}, if set
 * @param token what others than this user's own commands must say to a host that serves ({@code
 *     TRIPTYCH_TOKEN}, else {@code token} in the file)
 * @param pluginIndex the file or address of the index that {@code plugins search} looks in, if set;
 *     a file's path is relative to the home folder
 * @param hubCache where models pulled from a hub are, shared with Python ({@code HF_HOME})
 */
public record Home(
    Path folder,
    Optional<String> language,
    Optional<Integer> threads,
    Optional<Long> memoryBytes,
    Optional<String> device,
    Optional<String> token,
    Optional<String> pluginIndex,
    Path hubCache) {
  private static final Set<String> KEYS =
      Set.of("language", "threads", "memoryMiB", "device", "token", "pluginIndex");

  /**
   * Reads the home folder that the environment names; it need not exist yet.
   *
   * @throws IllegalArgumentException if its config.json is wrong, saying where
   */
  public static Home of(Map<String, String> environment) throws IOException {
    String named = environment.getOrDefault("TRIPTYCH_HOME", "");
    return of(
        named.isBlank()
            ? Path.of(System.getProperty("user.home"), ".triptych")
            : Path.of(named).toAbsolutePath().normalize(),
        HubSettings.cache(environment));
  }

  /**
   * Reads a home folder; it need not exist yet.
   *
   * @throws IllegalArgumentException if its config.json is wrong, saying where
   */
  public static Home of(Path folder) throws IOException {
    return of(folder, HubSettings.cache(System.getenv()));
  }

  private static Home of(Path folder, Path hubCache) throws IOException {
    Path file = folder.resolve("config.json");
    if (!Files.exists(file)) {
      return new Home(
          folder,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          hubCache);
    }
    JsonNode config;
    try {
      config = new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " is not JSON: mend it or remove it", e);
    }
    config
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (!KEYS.contains(key)) {
                throw new IllegalArgumentException(file + " has an unknown setting " + key);
              }
            });
    return new Home(
        folder,
        text(file, config, "language", "zh|en"),
        number(file, config, "threads", 1, 1024).map(Long::intValue),
        number(file, config, "memoryMiB", 16, 1L << 24).map(mib -> mib << 20),
        text(file, config, "device", "auto|cpu|cuda:\\d+"),
        text(file, config, "token", "[!-~]{16,512}"),
        text(file, config, "pluginIndex", ".{1,2000}"),
        hubCache);
  }

  private static Optional<String> text(Path file, JsonNode config, String key, String pattern) {
    JsonNode value = config.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isTextual() || !value.textValue().matches(pattern)) {
      throw new IllegalArgumentException(file + ": " + key + " must be " + pattern);
    }
    return Optional.of(value.textValue());
  }

  private static Optional<Long> number(Path file, JsonNode config, String key, long min, long max) {
    JsonNode value = config.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isIntegralNumber() || value.longValue() < min || value.longValue() > max) {
      throw new IllegalArgumentException(
          file + ": " + key + " must be a whole number from " + min + " to " + max);
    }
    return Optional.of(value.longValue());
  }
}
