package dev.triptych.host.origin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * An index of plugins: who they are and where their jars lie. The format is described in {@code
 * docs/plugins-index.md}. What it says is not believed: the jar's digest is compared, and whether a
 * plugin may come in is the user's trust alone.
 *
 * @param place the file or address that it was read from
 * @param entries the plugins, each id once
 */
public record PluginIndex(String place, List<Entry> entries) {
  /** The largest index that is read, in bytes. */
  public static final int MAX_BYTES = 16 << 20;

  private static final int FORMAT = 1;
  private static final int MOST_TEXT = 2000;

  /**
   * A plugin of an index.
   *
   * @param id its bundle's symbolic name
   * @param version of its bundle
   * @param title by language, {@code en} and {@code zh}
   * @param summary by language
   * @param mediaTypes what it makes
   * @param source an http(s) address, Maven coordinates, or a path relative to the index
   * @param sha256 of its jar, in hexadecimal
   * @param key fingerprint of the key that signed it
   * @param api the least version of the plugin interface that it needs
   */
  public record Entry(
      String id,
      String version,
      Map<String, String> title,
      Map<String, String> summary,
      List<String> mediaTypes,
      String source,
      String sha256,
      Optional<String> key,
      Optional<String> api) {

    /** Returns the title in a language, else in English, else the id. */
    public String titleIn(Locale locale) {
      return in(title, locale, id);
    }

    /** Returns the summary in a language, else in English, else nothing. */
    public String summaryIn(Locale locale) {
      return in(summary, locale, "");
    }

    private static String in(Map<String, String> texts, Locale locale, String otherwise) {
      return texts.getOrDefault(locale.getLanguage(), texts.getOrDefault("en", otherwise));
    }
  }

  /**
   * Reads an index.
   *
   * @throws IllegalArgumentException if it is damaged, saying where
   */
  public static PluginIndex parse(byte[] json, String place) {
    JsonNode root;
    try {
      ObjectMapper mapper =
          JsonMapper.builder()
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
              .build();
      mapper
          .getFactory()
          .setStreamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(20).build());
      root = mapper.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the index of plugins " + place + " is not JSON", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("the index of plugins " + place + " cannot be read", e);
    }
    JsonNode format = root.path("format");
    if (!format.isIntegralNumber() || !root.path("plugins").isArray()) {
      throw damaged(place, "it has no format and plugins");
    }
    if (format.asLong() != FORMAT) {
      throw damaged(place, "its format " + format.asLong() + " is not known here");
    }
    List<Entry> entries = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (JsonNode one : root.get("plugins")) {
      Entry entry = entry(one, "plugin " + (entries.size() + 1), place);
      if (!ids.add(entry.id())) {
        throw damaged(place, entry.id() + " is there twice");
      }
      entries.add(entry);
    }
    return new PluginIndex(place, List.copyOf(entries));
  }

  private static Entry entry(JsonNode json, String which, String place) {
    String id = text(json, "id", "[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}", which, place).orElse("");
    String named = id.isEmpty() ? which : id;
    Entry entry =
        new Entry(
            id,
            text(json, "version", "\\d+(\\.\\d+){0,2}([.-][A-Za-z0-9_.-]+)?", named, place)
                .orElse(""),
            texts(json.path("title"), "title", named, place),
            texts(json.path("summary"), "summary", named, place),
            mediaTypes(json.path("mediaTypes"), named, place),
            text(json, "source", "\\S.*", named, place).orElse(""),
            text(json, "sha256", "[0-9a-f]{64}", named, place).orElse(""),
            text(json, "key", "[0-9a-f]{16,64}", named, place),
            text(json, "api", "\\d+(\\.\\d+){0,2}", named, place));
    Map<String, String> needed =
        Map.of("id", id, "version", entry.version, "source", entry.source, "sha256", entry.sha256);
    new TreeMap<>(needed)
        .forEach(
            (key, value) -> {
              if (value.isEmpty()) {
                throw damaged(place, named + " has no " + key);
              }
            });
    return entry;
  }

  private static Optional<String> text(
      JsonNode json, String key, String pattern, String which, String place) {
    JsonNode value = json.path(key);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    String text = value.asText();
    if (!value.isTextual() || text.length() > MOST_TEXT || !text.matches(pattern)) {
      throw damaged(place, "the " + key + " of " + which + " is none");
    }
    return Optional.of(text);
  }

  private static Map<String, String> texts(JsonNode json, String key, String which, String place) {
    Map<String, String> texts = new TreeMap<>();
    if (!json.isMissingNode() && !json.isObject()) {
      throw damaged(place, "the " + key + " of " + which + " is none");
    }
    json.fieldNames()
        .forEachRemaining(
            language ->
                text(json, language, "(?s).*", which, place)
                    .ifPresent(one -> texts.put(language, one.replaceAll("\\p{Cntrl}+", " "))));
    return texts;
  }

  private static List<String> mediaTypes(JsonNode json, String which, String place) {
    List<String> types = new ArrayList<>();
    if (!json.isMissingNode() && !json.isArray()) {
      throw damaged(place, "the mediaTypes of " + which + " is none");
    }
    for (JsonNode one : json) {
      if (!one.isTextual() || !one.asText().matches("[a-z]+/[A-Za-z0-9.+_-]{1,100}")) {
        throw damaged(place, "the mediaTypes of " + which + " is none");
      }
      types.add(one.asText());
    }
    return List.copyOf(types);
  }

  private static IllegalArgumentException damaged(String place, String why) {
    return new IllegalArgumentException("the index of plugins " + place + " is damaged: " + why);
  }

  /** Returns the plugin of an id. */
  public Optional<Entry> find(String id) {
    return entries.stream().filter(one -> one.id().equals(id)).findFirst();
  }

  /**
   * Returns the plugins that have every word in their id, title, summary or media types, the best
   * first: the id itself, then a part of the id, a title, a summary.
   */
  public List<Entry> search(String words) {
    String[] wanted = words.toLowerCase(Locale.ROOT).strip().split("\\s+");
    record Hit(Entry entry, int score) {}
    List<Hit> hits = new ArrayList<>();
    for (Entry entry : entries) {
      int score = 0;
      boolean all = true;
      for (String word : wanted) {
        int one = score(entry, word);
        all &= one > 0;
        score += one;
      }
      if (all) {
        hits.add(new Hit(entry, score));
      }
    }
    hits.sort(
        Comparator.comparingInt(Hit::score).reversed().thenComparing(hit -> hit.entry().id()));
    return hits.stream().map(Hit::entry).toList();
  }

  private static int score(Entry entry, String word) {
    String id = entry.id().toLowerCase(Locale.ROOT);
    if (id.equals(word)) {
      return 32;
    }
    int score = List.of(id.split("\\.")).contains(word) ? 16 : id.contains(word) ? 8 : 0;
    score += has(entry.title(), word) ? 4 : 0;
    score += has(entry.summary(), word) ? 2 : 0;
    return score + (entry.mediaTypes().stream().anyMatch(one -> one.contains(word)) ? 1 : 0);
  }

  private static boolean has(Map<String, String> texts, String word) {
    return texts.values().stream().anyMatch(one -> one.toLowerCase(Locale.ROOT).contains(word));
  }
}
