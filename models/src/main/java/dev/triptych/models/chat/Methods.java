package dev.triptych.models.chat;

import dev.triptych.models.chat.Python.Callable;
import dev.triptych.models.chat.Python.Namespace;
import dev.triptych.models.chat.Python.Tuple;
import dev.triptych.models.chat.Scope.Undefined;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Attributes of values: Python's methods that change nothing, keys of dictionaries. */
final class Methods {
  private Methods() {}

  /** Returns {@code of.name}. */
  static Object attribute(Object of, Object name, Scope scope) {
    if (of instanceof Undefined undefined) {
      throw undefined.failure();
    }
    Callable method = null;
    if (name instanceof String key) {
      method =
          of instanceof String text
              ? ofString(text, key, scope)
              : of instanceof Map<?, ?> map
                  ? ofMap(map, key)
                  : of instanceof List || of instanceof Tuple ? ofList(of, key) : null;
    }
    if (method != null) {
      return method;
    }
    return of instanceof Map || of instanceof Namespace || name instanceof Long
        ? Arithmetic.item(of, name)
        : new Undefined(Python.text(name));
  }

  private static Callable ofMap(Map<?, ?> map, String name) {
    return switch (name) {
      case "get" ->
          (arguments, named) ->
              map.containsKey(given(arguments, 0))
                  ? map.get(given(arguments, 0))
                  : arguments.size() > 1 ? arguments.get(1) : null;
      case "items" -> (arguments, named) -> pairs(map);
      case "keys" -> (arguments, named) -> new ArrayList<>(map.keySet());
      case "values" -> (arguments, named) -> new ArrayList<>(map.values());
      default -> null;
    };
  }

  static List<Object> pairs(Map<?, ?> map) {
    List<Object> pairs = new ArrayList<>();
    map.forEach((key, value) -> pairs.add(new Tuple(java.util.Arrays.asList(key, value))));
    return pairs;
  }

  private static Callable ofList(Object list, String name) {
    List<Object> items = Python.items(list);
    return switch (name) {
      case "count" ->
          (arguments, named) ->
              items.stream().filter(item -> Python.equal(item, given(arguments, 0))).count();
      case "index" ->
          (arguments, named) -> {
            for (int i = 0; i < items.size(); i++) {
              if (Python.equal(items.get(i), given(arguments, 0))) {
                return (long) i;
              }
            }
            throw new TemplateFailure("a list does not hold what index looks for");
          };
      default -> null;
    };
  }

  private static Callable ofString(String text, String name, Scope scope) {
    return switch (name) {
      case "strip" -> (arguments, named) -> strip(text, arguments, true, true);
      case "lstrip" -> (arguments, named) -> strip(text, arguments, true, false);
      case "rstrip" -> (arguments, named) -> strip(text, arguments, false, true);
      case "upper" -> (arguments, named) -> text.toUpperCase(Locale.ROOT);
      case "lower" -> (arguments, named) -> text.toLowerCase(Locale.ROOT);
      case "title" -> (arguments, named) -> title(text);
      case "capitalize" -> (arguments, named) -> capitalized(text);
      case "startswith" ->
          (arguments, named) -> any(given(arguments, 0)).stream().anyMatch(text::startsWith);
      case "endswith" ->
          (arguments, named) -> any(given(arguments, 0)).stream().anyMatch(text::endsWith);
      case "removeprefix" ->
          (arguments, named) -> {
            String prefix = Python.string(given(arguments, 0));
            return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
          };
      case "removesuffix" ->
          (arguments, named) -> {
            String suffix = Python.string(given(arguments, 0));
            return text.endsWith(suffix)
                ? text.substring(0, text.length() - suffix.length())
                : text;
          };
      case "find" ->
          (arguments, named) -> place(text, text.indexOf(Python.string(given(arguments, 0))));
      case "rfind" ->
          (arguments, named) -> place(text, text.lastIndexOf(Python.string(given(arguments, 0))));
      case "count" ->
          (arguments, named) -> {
            String part = Python.string(given(arguments, 0));
            return (long) split(text, part, -1, scope).size() - 1;
          };
      case "replace" ->
          (arguments, named) ->
              replaced(
                  text,
                  Python.string(given(arguments, 0)),
                  Python.string(given(arguments, 1)),
                  arguments.size() > 2 ? Python.whole(arguments.get(2)) : -1,
                  scope);
      case "split" ->
          (arguments, named) -> {
            Object most = arguments.size() > 1 ? arguments.get(1) : named.get("maxsplit");
            Object by = arguments.isEmpty() ? named.get("sep") : arguments.get(0);
            long limit = most == null ? -1 : Python.whole(most);
            return by == null
                ? words(text, limit, scope)
                : split(text, Python.string(by), limit, scope);
          };
      case "splitlines" -> (arguments, named) -> new ArrayList<Object>(text.lines().toList());
      case "join" -> (arguments, named) -> join(Python.items(given(arguments, 0)), text, scope);
      case "format" -> (arguments, named) -> braces(text, arguments, named, scope);
      case "isdigit" -> (arguments, named) -> all(text, Character::isDigit);
      case "isalpha" -> (arguments, named) -> all(text, Character::isLetter);
      case "isalnum" -> (arguments, named) -> all(text, Character::isLetterOrDigit);
      case "isspace" -> (arguments, named) -> all(text, Character::isWhitespace);
      case "isupper" ->
          (arguments, named) ->
              text.equals(text.toUpperCase(Locale.ROOT))
                  && !text.equals(text.toLowerCase(Locale.ROOT));
      case "islower" ->
          (arguments, named) ->
              text.equals(text.toLowerCase(Locale.ROOT))
                  && !text.equals(text.toUpperCase(Locale.ROOT));
      default -> null;
    };
  }

  private static boolean all(String text, java.util.function.IntPredicate kind) {
    return !text.isEmpty() && text.codePoints().allMatch(kind);
  }

  private static Object place(String text, int index) {
    return index < 0 ? -1L : (long) text.codePointCount(0, index);
  }

  static Object given(List<Object> arguments, int index) {
    if (index >= arguments.size()) {
      throw new TemplateFailure("a method or filter lacks an argument");
    }
    return arguments.get(index);
  }

  private static List<String> any(Object value) {
    return value instanceof Tuple tuple
        ? tuple.items().stream().map(Python::string).toList()
        : List.of(Python.string(value));
  }

  static String strip(String text, List<Object> arguments, boolean left, boolean right) {
    String set =
        arguments.isEmpty() || arguments.get(0) == null ? null : Python.string(arguments.get(0));
    int from = 0;
    int to = text.length();
    while (left && from < to && strips(text.charAt(from), set)) {
      from++;
    }
    while (right && to > from && strips(text.charAt(to - 1), set)) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean strips(char c, String set) {
    return set == null
        ? Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85
        : set.indexOf(c) >= 0;
  }

  static String title(String text) {
    StringBuilder title = new StringBuilder();
    boolean inside = false;
    for (int c : text.codePoints().toArray()) {
      title.appendCodePoint(inside ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inside = Character.isLetter(c);
    }
    return title.toString();
  }

  static String capitalized(String text) {
    int first = text.isEmpty() ? 0 : text.offsetByCodePoints(0, 1);
    return text.substring(0, first).toUpperCase(Locale.ROOT)
        + text.substring(first).toLowerCase(Locale.ROOT);
  }

  static List<Object> split(String text, String by, long most, Scope scope) {
    if (by.isEmpty()) {
      throw new TemplateFailure("a string is split at nothing");
    }
    scope.make(text.length());
    List<Object> parts = new ArrayList<>();
    int from = 0;
    for (int to = text.indexOf(by); to >= 0 && most-- != 0; to = text.indexOf(by, from)) {
      parts.add(text.substring(from, to));
      from = to + by.length();
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static List<Object> words(String text, long most, Scope scope) {
    scope.make(text.length());
    String rest = text.strip();
    List<Object> words = new ArrayList<>();
    while (!rest.isEmpty() && most-- != 0) {
      int end = 0;
      while (end < rest.length() && !Character.isWhitespace(rest.charAt(end))) {
        end++;
      }
      words.add(rest.substring(0, end));
      rest = rest.substring(end).stripLeading();
      scope.make(rest.length());
    }
    if (!rest.isEmpty()) {
      words.add(rest);
    }
    return words;
  }

  static String replaced(String text, String from, String to, long most, Scope scope) {
    if (from.isEmpty()) {
      throw new TemplateFailure("nothing is replaced by something");
    }
    StringBuilder result = new StringBuilder();
    int start = 0;
    for (int i = text.indexOf(from); i >= 0 && most-- != 0; i = text.indexOf(from, start)) {
      scope.make(i - start + to.length());
      result.append(text, start, i).append(to);
      start = i + from.length();
    }
    return result.append(text, start, text.length()).toString();
  }

  static String join(List<Object> items, String by, Scope scope) {
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < items.size(); i++) {
      String item = Python.text(items.get(i));
      scope.make(by.length() + item.length());
      joined.append(i == 0 ? "" : by).append(item);
    }
    return joined.toString();
  }

  /** Fills {@code {}}, {@code {0}} and {@code {name}}. */
  private static String braces(
      String text, List<Object> arguments, Map<String, Object> named, Scope scope) {
    StringBuilder filled = new StringBuilder();
    int next = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c == '{' || c == '}') && i + 1 < text.length() && text.charAt(i + 1) == c) {
        filled.append(c);
        i++;
      } else if (c == '{') {
        int end = text.indexOf('}', i);
        String name = end < 0 ? "" : text.substring(i + 1, end);
        if (end < 0 || !name.matches("\\w{0,40}")) {
          throw new TemplateFailure("format understands {}, {0} and {name} only");
        }
        Object value =
            name.isEmpty()
                ? given(arguments, next++)
                : name.matches("\\d{1,4}")
                    ? given(arguments, Integer.parseInt(name))
                    : named.get(name);
        scope.make(Python.text(value).length());
        filled.append(Python.text(value));
        i = end;
      } else {
        filled.append(c);
      }
    }
    return filled.toString();
  }
}
