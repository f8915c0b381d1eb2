package dev.triptych.models.generation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.triptych.models.message.Excerpt;
import java.util.ArrayList;
import java.util.List;

/**
 * One value of a {@link GenerationConfig}: its name in transformers, its kind, its bounds.
 *
 * @param initial value when it is not set
 * @param off value when it is set to null
 */
record Setting(String name, Kind kind, double least, double most, Object initial, Object off) {

  /** What a value is in Java: Boolean, Long, Double, String, or a list. */
  enum Kind {
    FLAG("true or false"),
    WHOLE("a whole number"),
    REAL("a number"),
    TEXT("a text"),
    EARLY("true, false or never"),
    IDS("a token id or a list of them"),
    WORDS("a list of lists of token ids"),
    TEXTS("a text or a list of texts");

    final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private static final JsonMapper JSON = JsonMapper.builder().build();

  static Setting flag(String name) {
    return new Setting(name, Kind.FLAG, 0, 1, false, false);
  }

  static Setting whole(String name, long least, long initial) {
    return new Setting(name, Kind.WHOLE, least, Integer.MAX_VALUE, initial, initial);
  }

  static Setting real(String name, double least, double most, double initial) {
    return new Setting(name, Kind.REAL, least, most, initial, initial);
  }

  static Setting list(String name, Kind kind) {
    return new Setting(name, kind, 0, Integer.MAX_VALUE, List.of(), List.of());
  }

  static Setting text(String name) {
    return new Setting(name, Kind.TEXT, 0, 0, "", "");
  }

  /**
   * Returns the value that a person typed: as JSON, or plainly.
   *
   * @throws IllegalArgumentException if it is none of this setting
   */
  Object parse(String text) {
    String trimmed = text.strip();
    if (trimmed.equals("none") || trimmed.equals("null")) {
      return off;
    }
    return switch (kind) {
      case TEXT -> text;
      case TEXTS -> value(trimmed.startsWith("[") ? json(trimmed) : TextNode.valueOf(text));
      case IDS -> value(json(trimmed.startsWith("[") ? trimmed : "[" + trimmed + "]"));
      case EARLY -> value(trimmed.equals("never") ? TextNode.valueOf(trimmed) : json(trimmed));
      default -> value(json(trimmed));
    };
  }

  private JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw refused(text);
    }
  }

  /**
   * Returns the value that a file states.
   *
   * @throws IllegalArgumentException if it is none of this setting
   */
  Object value(JsonNode node) {
    if (node instanceof NullNode) {
      return off;
    }
    switch (kind) {
      case FLAG:
        return node.isBoolean() ? (Object) node.booleanValue() : refuse(node);
      case WHOLE:
        return node.canConvertToExactIntegral() && node.canConvertToLong()
            ? (Object) bounded(node).longValue()
            : refuse(node);
      case REAL:
        return node.isNumber() ? (Object) bounded(node).doubleValue() : refuse(node);
      case TEXT:
        return node.isTextual() ? node.textValue() : refuse(node);
      case EARLY:
        return node.isBoolean() || node.asText().equals("never") ? node.asText() : refuse(node);
      case IDS:
        return node.isArray() ? ids(node) : List.of(id(node));
      case TEXTS:
        return node.isArray() ? texts(node) : List.of(some(node));
      default:
        List<List<Integer>> words = new ArrayList<>();
        if (!node.isArray()) {
          refuse(node);
        }
        node.forEach(word -> words.add(word.isArray() && !word.isEmpty() ? ids(word) : none(word)));
        return List.copyOf(words);
    }
  }

  private JsonNode bounded(JsonNode node) {
    double value = node.doubleValue();
    if (!(value >= least && value <= most)) {
      String bounds = most >= Integer.MAX_VALUE ? "at least " : "from ";
      String end = most >= Integer.MAX_VALUE ? "" : " to " + number(most);
      throw new IllegalArgumentException(
          name + " is " + Excerpt.of(node) + ", but must be " + bounds + number(least) + end);
    }
    return node;
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private List<Integer> ids(JsonNode nodes) {
    List<Integer> ids = new ArrayList<>();
    nodes.forEach(node -> ids.add(id(node)));
    return List.copyOf(ids);
  }

  private int id(JsonNode node) {
    if (!node.isInt() || node.intValue() < 0) {
      throw refused(node);
    }
    return node.intValue();
  }

  private List<String> texts(JsonNode nodes) {
    List<String> texts = new ArrayList<>();
    nodes.forEach(node -> texts.add(some(node)));
    return List.copyOf(texts);
  }

  private String some(JsonNode node) {
    if (!node.isTextual() || node.textValue().isEmpty()) {
      throw refused(node);
    }
    return node.textValue();
  }

  private List<Integer> none(JsonNode node) {
    throw refused(node);
  }

  private Object refuse(JsonNode node) {
    throw refused(node);
  }

  private IllegalArgumentException refused(Object value) {
    return new IllegalArgumentException(
        name + " is " + Excerpt.of(value) + ", but must be " + kind.words);
  }
}
