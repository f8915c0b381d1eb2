package dev.triptych.models.language;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A model's {@code config.json}, whose every complaint says which file and which setting. */
final class ConfigFile {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;
  private final JsonNode json;

  private ConfigFile(Path file, JsonNode json) {
    this.file = file;
    this.json = json;
  }

  static ConfigFile read(Path folder) throws IOException {
    Path file = folder.resolve("config.json");
    try {
      JsonNode json = JSON.readTree(Files.readString(file));
      if (json.isObject()) {
        return new ConfigFile(file, json);
      }
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException(file.toString(), null, "the model's config is missing");
    } catch (JsonProcessingException | CharacterCodingException e) {
      throw new IOException(file + " is no JSON; get it again");
    }
    throw new IOException(file + " must be a JSON object; get it again");
  }

  /** Returns whether a setting is there and not null. */
  boolean has(String key) {
    return json.hasNonNull(key);
  }

  /** Returns whether a setting is there, be it null. */
  boolean names(String key) {
    return json.has(key);
  }

  /** Returns the settings inside one, or null if it is missing or null. */
  ConfigFile inside(String key) throws IOException {
    if (!has(key)) {
      return null;
    }
    if (!json.get(key).isObject()) {
      throw refused(key, "must be an object");
    }
    return new ConfigFile(file, json.get(key));
  }

  String text(String key, String initial) throws IOException {
    if (!has(key)) {
      return initial;
    }
    if (!json.get(key).isTextual()) {
      throw refused(key, "must be a text");
    }
    return json.get(key).textValue();
  }

  int whole(String key, int initial, int most) throws IOException {
    return has(key) ? whole(key, json.get(key), most) : initial;
  }

  private int whole(String key, JsonNode value, int most) throws IOException {
    if (!value.isInt() || value.intValue() < 1 || value.intValue() > most) {
      throw refused(key, "must be a whole number from 1 to " + most);
    }
    return value.intValue();
  }

  /** Returns a number above zero. */
  double positive(String key, double initial) throws IOException {
    return has(key) ? positive(key, json.get(key)) : initial;
  }

  private double positive(String key, JsonNode value) throws IOException {
    double number = value.doubleValue();
    if (!value.isNumber() || !(number > 0) || number > 1e30) {
      throw refused(key, "must be a number above 0");
    }
    return number;
  }

  /** Returns a number above zero, which must be there. */
  double positive(String key) throws IOException {
    if (!has(key)) {
      throw refused(key, "is missing");
    }
    return positive(key, json.get(key));
  }

  /** Returns so many numbers above zero, which must be there. */
  double[] positives(String key, int size) throws IOException {
    JsonNode list = json.path(key);
    if (!list.isArray() || list.size() != size) {
      throw refused(key, "must be a list of " + size + " numbers");
    }
    double[] numbers = new double[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = positive(key, list.get(i));
    }
    return numbers;
  }

  boolean flag(String key, boolean initial) throws IOException {
    if (!has(key)) {
      return initial;
    }
    JsonNode value = json.get(key);
    if (!value.isBoolean()) {
      throw refused(key, "must be true or false");
    }
    return value.booleanValue();
  }

  /** Returns so many texts, each one of those allowed, or null if the setting is missing. */
  List<String> texts(String key, int size, String... allowed) throws IOException {
    if (!has(key)) {
      return null;
    }
    JsonNode list = json.get(key);
    if (!list.isArray() || list.size() != size) {
      throw refused(key, "must be a list of " + size + " texts, one a layer");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode text : list) {
      if (!Arrays.asList(allowed).contains(text.asText())) {
        throw refused(key, "knows only " + String.join(" and ", allowed));
      }
      texts.add(text.asText());
    }
    return texts;
  }

  /** Returns so many flags, written 0 and 1, or null if the setting is missing. */
  boolean[] flags(String key, int size) throws IOException {
    if (!has(key)) {
      return null;
    }
    JsonNode list = json.get(key);
    if (!list.isArray() || list.size() != size) {
      throw refused(key, "must be a list of " + size + " numbers, one a layer");
    }
    boolean[] flags = new boolean[size];
    for (int i = 0; i < size; i++) {
      flags[i] = list.get(i).asInt() != 0;
    }
    return flags;
  }

  /** Refuses the setting when it does not hold. */
  void require(boolean holds, String key, String why) throws IOException {
    if (!holds) {
      throw refused(key, why);
    }
  }

  IOException refused(String key, String why) {
    JsonNode value = json.get(key);
    String shown = value == null ? "" : " = " + value;
    return new IOException(
        file + ": " + key + (shown.length() > 80 ? "" : shown) + " " + why + "; check the folder");
  }
}
