package dev.triptych.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the three works have in common: mood, imagery, key, tempo, meter, palette and form.
 *
 * <p>The host makes a plan from the prompt, the user may edit it, and every generator obeys it. A
 * plan keeps the keys that it does not know, so that a fourth kind of work can be planned. Values
 * are strings, numbers, booleans, lists and maps, as in JSON; a plan is immutable.
 */
public final class Plan {
  private static final Pattern METER = Pattern.compile("(2|3|4|6|9|12)/(2|4|8)");
  private static final Pattern KEY = Pattern.compile("[A-G](#|b)?");
  private static final Pattern COLOR = Pattern.compile("#[0-9a-fA-F]{6}");
  private static final Set<String> SEASONS = Set.of("spring", "summer", "autumn", "winter");
  private static final Set<String> TIMES = Set.of("dawn", "day", "dusk", "night");
  private static final Set<String> MODES = Set.of("major", "minor");

  private final Map<String, Object> fields;

  private Plan(Map<String, Object> fields) {
    this.fields = fields;
  }

  /**
   * Returns a plan with the fields given, checked.
   *
   * @param fields JSON-like values; keys that this class has no accessor for are kept
   * @throws IllegalArgumentException if a known field is of the wrong type or out of range, naming
   *     the field and what it must be
   */
  public static Plan of(Map<String, ?> fields) {
    Map<String, Object> copy = new LinkedHashMap<>();
    fields.forEach((key, value) -> copy.put(key, frozen(key, value)));
    Plan plan = new Plan(Collections.unmodifiableMap(copy));
    plan.check();
    return plan;
  }

  /** Returns this plan with one field set, or removed if the value is null. */
  public Plan with(String key, Object value) {
    Map<String, Object> copy = new LinkedHashMap<>(fields);
    if (value == null) {
      copy.remove(key);
    } else {
      copy.put(key, value);
    }
    return of(copy);
  }

  /** Returns every field in its order, as JSON-like values. */
  public Map<String, Object> fields() {
    return fields;
  }

  /** Returns a field by its name, for fields that this class has no accessor for. */
  public Optional<Object> field(String key) {
    return Optional.ofNullable(fields.get(key));
  }

  /** Returns the language of the prompt, {@code zh} or {@code en}; {@code en} if not said. */
  public String language() {
    return text("language").orElse("en");
  }

  /** Returns pleasantness in [-1, 1]; 0 if not said. */
  public double valence() {
    return mood("valence");
  }

  /** Returns excitement in [-1, 1]; 0 if not said. */
  public double arousal() {
    return mood("arousal");
  }

  /** Returns images in the prompt's language, most important first. */
  public List<String> imagery() {
    return words("imagery");
  }

  /** Returns the same images in English. */
  public List<String> imageryEn() {
    return words("imageryEn");
  }

  /** Returns spring, summer, autumn or winter. */
  public Optional<String> season() {
    return text("season");
  }

  /** Returns dawn, day, dusk or night. */
  public Optional<String> time() {
    return text("time");
  }

  /** Returns the style that the user wished, such as {@code watercolor}. */
  public Optional<String> style() {
    return text("style");
  }

  /** Returns the tonic as musicians write it, such as {@code F#} or {@code Bb}. */
  public Optional<String> key() {
    return text("key");
  }

  /** Returns major or minor. */
  public Optional<String> mode() {
    return text("mode");
  }

  /** Returns quarter notes a minute. */
  public Optional<Integer> tempo() {
    return Optional.ofNullable((Number) fields.get("tempo")).map(Number::intValue);
  }

  /** Returns the meter, such as {@code 4/4}. */
  public Optional<String> meter() {
    return text("meter");
  }

  /** Returns five colors as {@code #rrggbb}, or an empty list. */
  public List<String> palette() {
    return words("palette");
  }

  /** Returns the poem's form, such as {@code qijue}. */
  public Optional<String> form() {
    return text("form");
  }

  private Optional<String> text(String key) {
    return Optional.ofNullable((String) fields.get(key));
  }

  @SuppressWarnings("unchecked")
  private List<String> words(String key) {
    return (List<String>) fields.getOrDefault(key, List.of());
  }

  private double mood(String axis) {
    return fields.get("mood") instanceof Map<?, ?> mood && mood.get(axis) instanceof Number number
        ? number.doubleValue()
        : 0;
  }

  private void check() {
    oneOf("language", Set.of("zh", "en"));
    oneOf("season", SEASONS);
    oneOf("time", TIMES);
    oneOf("mode", MODES);
    matches("key", KEY, "a tonic such as C, F# or Bb");
    matches("meter", METER, "a meter such as 4/4 or 6/8");
    matches("form", Pattern.compile("[a-z][a-z0-9-]*"), "a form such as qijue or quatrain");
    matches("style", Pattern.compile(".{1,100}"), "a style of at most 100 characters");
    strings("imagery", 64);
    strings("imageryEn", 64);
    strings("palette", 5);
    for (String color : palette()) {
      if (!COLOR.matcher(color).matches()) {
        throw wrong("palette", "colors such as #a0c4ff");
      }
    }
    if (!palette().isEmpty() && palette().size() != 5) {
      throw wrong("palette", "five colors");
    }
    Object tempo = fields.get("tempo");
    if (tempo != null
        && !(tempo instanceof Number n && n.doubleValue() >= 20 && n.doubleValue() <= 300)) {
      throw wrong("tempo", "quarter notes a minute from 20 to 300");
    }
    Object mood = fields.get("mood");
    if (mood != null) {
      if (!(mood instanceof Map<?, ?> map)) {
        throw wrong("mood", "an object with valence and arousal");
      }
      for (String axis : List.of("valence", "arousal")) {
        Object value = map.get(axis);
        if (value != null && !(value instanceof Number n && Math.abs(n.doubleValue()) <= 1)) {
          throw wrong("mood." + axis, "a number from -1 to 1");
        }
      }
    }
  }

  private void oneOf(String key, Set<String> options) {
    Object value = fields.get(key);
    if (value != null && !(value instanceof String text && options.contains(text))) {
      throw wrong(key, "one of " + String.join(", ", options.stream().sorted().toList()));
    }
  }

  private void matches(String key, Pattern pattern, String wanted) {
    Object value = fields.get(key);
    if (value != null && !(value instanceof String text && pattern.matcher(text).matches())) {
      throw wrong(key, wanted);
    }
  }

  private void strings(String key, int most) {
    Object value = fields.get(key);
    if (value == null) {
      return;
    }
    if (!(value instanceof List<?> list)
        || list.size() > most
        || !list.stream().allMatch(e -> e instanceof String s && s.length() <= 200)) {
      throw wrong(key, "a list of at most " + most + " short texts");
    }
  }

  private static IllegalArgumentException wrong(String key, String wanted) {
    return new IllegalArgumentException("the plan's field " + key + " must be " + wanted);
  }

  private static Object frozen(String key, Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach((k, v) -> copy.put(String.valueOf(k), frozen(key + "." + k, v)));
      return Collections.unmodifiableMap(copy);
    }
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(e -> copy.add(frozen(key, e)));
      return Collections.unmodifiableList(copy);
    }
    if (value == null
        || value instanceof String
        || value instanceof Number
        || value instanceof Boolean) {
      return value;
    }
    throw new IllegalArgumentException(
        "the plan's field "
            + key
            + " holds a "
            + value.getClass().getName()
            + ", which JSON lacks");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Plan that && fields.equals(that.fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  @Override
  public String toString() {
    return "Plan" + fields;
  }
}
