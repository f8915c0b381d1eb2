package dev.triptych.models.chat;

import dev.triptych.models.chat.Python.Callable;
import dev.triptych.models.chat.Python.Namespace;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The functions that transformers gives to templates. */
final class Functions {
  private static final Map<Character, String> PATTERNS =
      Map.ofEntries(
          Map.entry('a', "EEE"),
          Map.entry('A', "EEEE"),
          Map.entry('b', "MMM"),
          Map.entry('B', "MMMM"),
          Map.entry('d', "dd"),
          Map.entry('e', "ppd"),
          Map.entry('H', "HH"),
          Map.entry('I', "hh"),
          Map.entry('j', "DDD"),
          Map.entry('m', "MM"),
          Map.entry('M', "mm"),
          Map.entry('p', "a"),
          Map.entry('S', "ss"),
          Map.entry('y', "yy"),
          Map.entry('Y', "yyyy"),
          Map.entry('F', "yyyy-MM-dd"),
          Map.entry('T', "HH:mm:ss"));

  private Functions() {}

  /** Adds the functions to a scope. */
  static void define(Scope scope, LocalDateTime now) {
    Callable range = (values, named) -> range(values, scope);
    Callable namespace = (values, named) -> new Namespace(copy(values, named));
    Callable dict = (values, named) -> copy(values, named);
    Callable raise =
        (values, named) -> {
          throw new TemplateFailure.Raised(Python.text(Methods.given(values, 0)));
        };
    Callable day = (values, named) -> time(Python.string(Methods.given(values, 0)), now);
    scope.set("range", range);
    scope.set("namespace", namespace);
    scope.set("dict", dict);
    scope.set("raise_exception", raise);
    scope.set("strftime_now", day);
  }

  private static Map<String, Object> copy(List<Object> values, Map<String, Object> named) {
    Map<String, Object> copy = new LinkedHashMap<>();
    for (Object value : values) {
      if (!(value instanceof Map<?, ?> map)) {
        throw Python.wrong(value, "a dictionary");
      }
      map.forEach((key, item) -> copy.put(Python.text(key), item));
    }
    copy.putAll(named);
    return copy;
  }

  private static List<Object> range(List<Object> values, Scope scope) {
    long from = values.size() > 1 ? Python.whole(values.get(0)) : 0;
    long to = Python.whole(Methods.given(values, values.size() > 1 ? 1 : 0));
    long by = values.size() > 2 ? Python.whole(values.get(2)) : 1;
    if (by == 0) {
      throw new TemplateFailure("a range has the step 0");
    }
    List<Object> range = new ArrayList<>();
    for (long i = from; by > 0 ? i < to : i > to; i = Math.addExact(i, by)) {
      scope.make(1);
      if (range.size() >= 100_000) {
        throw new TemplateFailure("a range has more than 100,000 numbers");
      }
      range.add(i);
    }
    return range;
  }

  private static String time(String format, LocalDateTime now) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        text.append(c);
        continue;
      }
      boolean plain = format.charAt(i + 1) == '-' && i + 2 < format.length();
      char kind = format.charAt(i += plain ? 2 : 1);
      String pattern = PATTERNS.get(kind);
      if (kind == '%') {
        text.append('%');
      } else if (pattern == null) {
        throw new TemplateFailure("strftime_now does not know %" + kind);
      } else {
        String part = DateTimeFormatter.ofPattern(pattern, Locale.US).format(now);
        text.append(plain ? part.replaceFirst("^0+(?=\\d)", "") : part);
      }
    }
    return text.toString();
  }
}
