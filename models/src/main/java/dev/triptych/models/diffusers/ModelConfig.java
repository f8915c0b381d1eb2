package dev.triptych.models.diffusers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.models.message.Excerpt;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A JSON configuration file, whose every complaint says which file and which setting. */
final class ModelConfig {

  private final Path file;
  private final ObjectNode json;

  private ModelConfig(Path file, ObjectNode json) {
    this.file = file;
    this.json = json;
  }

  static ModelConfig read(Path file) throws IOException {
    try {
      if (new ObjectMapper().readTree(Files.readString(file)) instanceof ObjectNode object) {
        return new ModelConfig(file, object);
      }
    } catch (NoSuchFileException e) {
      throw new IOException(file + " is missing; is its folder a diffusers model?", e);
    } catch (JsonProcessingException | CharacterCodingException e) {
      throw new IOException(file + " is no JSON; get it again", e);
    }
    throw new IOException(file + " must be a JSON object; get it again");
  }

  /** Settings that are in memory; complaints name the file that they would be in. */
  static ModelConfig of(Path file, ObjectNode json) {
    return new ModelConfig(file, json);
  }

  ObjectNode json() {
    return json;
  }

  /** Returns whether a setting is there and not null. */
  boolean has(String key) {
    return json.hasNonNull(key);
  }

  String text(String key, String initial) {
    JsonNode value = json.get(key);
    return value != null && value.isTextual() ? value.textValue() : initial;
  }

  int whole(String key, int initial, int least, int most) throws IOException {
    JsonNode value = json.get(key);
    return value == null || value.isNull() ? initial : whole(key, value, least, most);
  }

  int whole(String key, JsonNode value, int least, int most) throws IOException {
    if (!value.isInt() || value.intValue() < least || value.intValue() > most) {
      throw refused(key, "must be a whole number from " + least + " to " + most);
    }
    return value.intValue();
  }

  double real(String key, double initial) throws IOException {
    JsonNode value = json.get(key);
    if (value == null || value.isNull()) {
      return initial;
    }
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw refused(key, "must be a number");
    }
    return value.doubleValue();
  }

  boolean flag(String key, boolean initial) throws IOException {
    JsonNode value = json.get(key);
    if (value == null || value.isNull()) {
      return initial;
    }
    if (!value.isBoolean()) {
      throw refused(key, "must be true or false");
    }
    return value.booleanValue();
  }

  /** A list of whole numbers, or one number that stands for each of {@code size}. */
  int[] wholes(String key, int initial, int size, int least, int most) throws IOException {
    JsonNode value = json.get(key);
    int[] numbers = new int[size];
    Arrays.fill(numbers, initial);
    if (value == null || value.isNull()) {
      return numbers;
    }
    if (value.isArray() && value.size() != size) {
      throw refused(key, "must have " + size + " numbers, one a block");
    }
    for (int i = 0; i < size; i++) {
      numbers[i] = whole(key, value.isArray() ? value.get(i) : value, least, most);
    }
    return numbers;
  }

  /** A list of truth values, or one that stands for each of {@code size}. */
  boolean[] flags(String key, boolean initial, int size) throws IOException {
    JsonNode value = json.get(key);
    boolean[] flags = new boolean[size];
    if (value == null || !value.isArray()) {
      Arrays.fill(flags, flag(key, initial));
      return flags;
    }
    for (int i = 0; i < size; i++) {
      if (value.size() != size || !value.get(i).isBoolean()) {
        throw refused(key, "must be true or false, or " + size + " of them, one a block");
      }
      flags[i] = value.get(i).booleanValue();
    }
    return flags;
  }

  /** The channels of each block: the list whose length is the number of blocks. */
  int[] channels(int... initial) throws IOException {
    JsonNode value = json.get("block_out_channels");
    if (value == null) {
      return initial;
    }
    if (!value.isArray() || value.isEmpty() || value.size() > 8) {
      throw refused("block_out_channels", "must be a list of 1 to 8 numbers");
    }
    return wholes("block_out_channels", 0, value.size(), 1, 1 << 14);
  }

  List<String> texts(String key, List<String> initial) throws IOException {
    JsonNode value = json.get(key);
    if (value == null || value.isNull()) {
      return initial;
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode element : value) {
      if (!element.isTextual()) {
        throw refused(key, "must be a list of texts");
      }
      texts.add(element.textValue());
    }
    return texts;
  }

  /** Refuses a setting that is there with another value than this one. */
  void only(String key, Object supported) throws IOException {
    JsonNode value = json.get(key);
    if (value != null && !value.isNull() && !value.asText().equals(String.valueOf(supported))) {
      throw refused(key, "is supported only as " + supported);
    }
  }

  /** Refuses settings that are there, not null and not false. */
  void without(String... keys) throws IOException {
    for (String key : keys) {
      JsonNode value = json.get(key);
      if (value != null && !value.isNull() && !(value.isBoolean() && !value.booleanValue())) {
        throw refused(key, "is not supported");
      }
    }
  }

  IOException refused(String key, String why) {
    JsonNode value = json.get(key);
    return new IOException(
        file + ": " + key + (value == null ? "" : " = " + Excerpt.of(value)) + " " + why);
  }
}
