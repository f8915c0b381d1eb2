package dev.triptych.models.chat;

import dev.triptych.models.chat.Python.Tuple;
import dev.triptych.models.chat.Scope.Undefined;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The filters that stand after {@code |}, as {@code jinja2/filters.py} has them. */
final class Filters {

  /** A filter's arguments. */
  record Given(List<Object> plain, Map<String, Object> named, Scope scope) {
    Object get(int index, String name, Object initial) {
      return index < plain.size() ? plain.get(index) : named.getOrDefault(name, initial);
    }

    Given without(int first) {
      return new Given(plain.subList(Math.min(first, plain.size()), plain.size()), named, scope);
    }
  }

  @FunctionalInterface
  interface Filter {
    Object apply(Object value, Given given);
  }

  private static final Map<String, Filter> ALL = new HashMap<>();

  static {
    strings();
    numbers();
    lists();
    choices();
    ALL.put("tojson", (value, given) -> Json.write(value, given.named(), given.scope()));
    ALL.put("default", Filters::initial);
    ALL.put("d", Filters::initial);
    ALL.put("items", (value, given) -> Methods.pairs(map(value)));
    ALL.put("dictsort", (value, given) -> sorted(Methods.pairs(map(value)), given));
    ALL.put(
        "attr",
        (value, given) -> Methods.attribute(value, Methods.given(given.plain(), 0), given.scope()));
  }

  private Filters() {}

  static Filter named(String name, int line) {
    Filter filter = ALL.get(name);
    if (filter == null) {
      throw new TemplateFailure("there is no filter named " + name).at(line);
    }
    return filter;
  }

  private static void strings() {
    ALL.put("string", (value, given) -> Python.text(value));
    ALL.put("safe", (value, given) -> value);
    ALL.put(
        "trim",
        (value, given) ->
            Methods.strip(
                Python.text(value),
                Collections.singletonList(given.get(0, "chars", null)),
                true,
                true));
    ALL.put("upper", (value, given) -> Python.text(value).toUpperCase(Locale.ROOT));
    ALL.put("lower", (value, given) -> Python.text(value).toLowerCase(Locale.ROOT));
    ALL.put("title", (value, given) -> Methods.title(Python.text(value)));
    ALL.put("capitalize", (value, given) -> Methods.capitalized(Python.text(value)));
    ALL.put(
        "replace",
        (value, given) ->
            Methods.replaced(
                Python.text(value),
                Python.string(Methods.given(given.plain(), 0)),
                Python.string(Methods.given(given.plain(), 1)),
                Python.whole(given.get(2, "count", -1L)),
                given.scope()));
    ALL.put("format", (value, given) -> format(Python.string(value), given.plain(), given.scope()));
    ALL.put("indent", Filters::indented);
    ALL.put("wordcount", (value, given) -> (long) Python.text(value).strip().split("\\s+").length);
  }

  private static void numbers() {
    ALL.put("int", (value, given) -> whole(value, given.get(0, "default", 0L)));
    ALL.put("float", (value, given) -> real(value, given.get(0, "default", 0.0)));
    ALL.put(
        "abs",
        (value, given) ->
            value instanceof Double real
                ? (Object) Math.abs(real)
                : (Object) Math.abs(Python.whole(value)));
    ALL.put("round", Filters::rounded);
  }

  private static void lists() {
    Filter length = (value, given) -> (long) Python.length(known(value));
    ALL.put("length", length);
    ALL.put("count", length);
    ALL.put("list", (value, given) -> made(Python.items(value), given));
    ALL.put("first", (value, given) -> end(Python.items(value), 0));
    ALL.put("last", (value, given) -> end(Python.items(value), Python.items(value).size() - 1));
    ALL.put(
        "join",
        (value, given) -> {
          List<Object> items = Python.items(value);
          Object attribute = given.get(1, "attribute", null);
          List<Object> chosen = attribute == null ? items : attributes(items, attribute, null);
          return Methods.join(chosen, Python.text(given.get(0, "d", "")), given.scope());
        });
    ALL.put(
        "reverse",
        (value, given) -> {
          List<Object> items = made(Python.items(value), given);
          Collections.reverse(items);
          return value instanceof String ? Methods.join(items, "", given.scope()) : items;
        });
    ALL.put("sort", (value, given) -> sorted(Python.items(value), given));
    ALL.put(
        "unique",
        (value, given) -> {
          List<Object> unique = new ArrayList<>();
          for (Object item : Python.items(value)) {
            given.scope().make(unique.size());
            if (!Python.contains(unique, item)) {
              unique.add(item);
            }
          }
          return unique;
        });
    ALL.put(
        "sum",
        (value, given) -> {
          Object sum = given.get(1, "start", 0L);
          Object attribute = given.get(0, "attribute", null);
          List<Object> items = Python.items(value);
          for (Object item : attribute == null ? items : attributes(items, attribute, null)) {
            sum = Arithmetic.operate("+", sum, item, given.scope());
          }
          return sum;
        });
    ALL.put(
        "min", (value, given) -> Python.items(value).stream().min(Python::compare).orElse(null));
    ALL.put(
        "max", (value, given) -> Python.items(value).stream().max(Python::compare).orElse(null));
    ALL.put(
        "batch",
        (value, given) -> {
          int size = (int) Math.max(1, Python.whole(Methods.given(given.plain(), 0)));
          List<Object> items = made(Python.items(value), given);
          List<Object> batches = new ArrayList<>();
          for (int i = 0; i < items.size(); i += size) {
            batches.add(new ArrayList<>(items.subList(i, Math.min(items.size(), i + size))));
          }
          return batches;
        });
  }

  private static void choices() {
    ALL.put("map", Filters::mapped);
    for (boolean keeps : new boolean[] {true, false}) {
      ALL.put(keeps ? "select" : "reject", (value, given) -> chosen(value, given, keeps, false));
      ALL.put(
          keeps ? "selectattr" : "rejectattr", (value, given) -> chosen(value, given, keeps, true));
    }
  }

  private static Object chosen(Object value, Given given, boolean keeps, boolean byAttribute) {
    List<Object> chosen = new ArrayList<>();
    Given rest = given.without(byAttribute ? 1 : 0);
    Tests.Test test =
        rest.plain().isEmpty()
            ? (item, none) -> Python.truth(item)
            : Tests.named(Python.string(rest.plain().get(0)), 0);
    for (Object item : made(Python.items(value), given)) {
      given.scope().step();
      Object seen = byAttribute ? attribute(item, Methods.given(given.plain(), 0), null) : item;
      if (test.holds(seen, rest.without(1).plain()) == keeps) {
        chosen.add(item);
      }
    }
    return chosen;
  }

  private static Object mapped(Object value, Given given) {
    List<Object> items = made(Python.items(value), given);
    if (given.named().containsKey("attribute")) {
      return attributes(items, given.named().get("attribute"), given.named().get("default"));
    }
    Filter filter = named(Python.string(Methods.given(given.plain(), 0)), 0);
    List<Object> mapped = new ArrayList<>();
    for (Object item : items) {
      given.scope().step();
      mapped.add(filter.apply(item, given.without(1)));
    }
    return mapped;
  }

  private static List<Object> attributes(List<Object> items, Object name, Object initial) {
    List<Object> values = new ArrayList<>();
    items.forEach(item -> values.add(attribute(item, name, initial)));
    return values;
  }

  /** Returns an attribute whose name may have dots. */
  private static Object attribute(Object item, Object name, Object initial) {
    Object value = item;
    for (String part : Python.text(name).split("\\.")) {
      Object key = part.matches("\\d{1,9}") ? (Object) Long.valueOf(part) : part;
      value = Arithmetic.item(value, key);
    }
    return value instanceof Undefined && initial != null ? initial : value;
  }

  private static List<Object> made(List<Object> items, Given given) {
    given.scope().make(items.size());
    return new ArrayList<>(items);
  }

  private static Object known(Object value) {
    return value instanceof Undefined ? List.of() : value;
  }

  private static Object end(List<Object> items, int index) {
    return items.isEmpty() ? new Undefined("the item of an empty list") : items.get(index);
  }

  private static Object initial(Object value, Given given) {
    boolean empty = Python.truth(given.get(1, "boolean", false)) && !Python.truth(value);
    return value instanceof Undefined || empty ? given.get(0, "default_value", "") : value;
  }

  private static Map<?, ?> map(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw Python.wrong(value, "a dictionary");
  }

  private static Object sorted(List<Object> items, Given given) {
    List<Object> sorted = made(items, given);
    Object attribute = given.named().get("attribute");
    boolean exact = Python.truth(given.named().get("case_sensitive"));
    Comparator<Object> order =
        (a, b) ->
            Python.compare(
                folded(attribute == null ? a : attribute(a, attribute, null), exact),
                folded(attribute == null ? b : attribute(b, attribute, null), exact));
    boolean reverse = Python.truth(given.named().get("reverse"));
    sorted.sort(reverse ? order.reversed() : order);
    return sorted;
  }

  /** Returns what strings are ordered by: the first of a pair, without case. */
  private static Object folded(Object value, boolean exact) {
    Object key =
        value instanceof Tuple pair && !pair.items().isEmpty() ? pair.items().get(0) : value;
    return key instanceof String text && !exact ? text.toLowerCase(Locale.ROOT) : key;
  }

  private static Object indented(Object value, Given given) {
    Object width = given.get(0, "width", 4L);
    boolean first = Python.truth(given.get(1, "first", false));
    boolean blank = Python.truth(given.get(2, "blank", false));
    String margin =
        width instanceof String text
            ? text
            : " ".repeat((int) Math.max(0, Math.min(1000, Python.whole(width))));
    String[] lines = Python.text(value).split("\n", -1);
    for (int i = first ? 0 : 1; i < lines.length; i++) {
      given.scope().make(margin.length() + lines[i].length());
      lines[i] = lines[i].isEmpty() && !blank ? "" : margin + lines[i];
    }
    return String.join("\n", lines);
  }

  private static Object whole(Object value, Object initial) {
    if (value instanceof String text) {
      String plain = text.strip();
      try {
        return plain.matches("[+-]?\\d+")
            ? Long.parseLong(plain)
            : (long) Double.parseDouble(plain);
      } catch (NumberFormatException e) {
        return initial;
      }
    }
    return Python.isNumber(value) ? (Object) (long) Python.real(value) : initial;
  }

  private static Object real(Object value, Object initial) {
    try {
      return value instanceof String text
          ? Double.valueOf(text.strip())
          : (Object) Python.real(value);
    } catch (NumberFormatException | TemplateFailure e) {
      return initial;
    }
  }

  private static Object rounded(Object value, Given given) {
    int digits = (int) Math.max(-300, Math.min(300, Python.whole(given.get(0, "precision", 0L))));
    RoundingMode mode =
        switch (Python.text(given.get(1, "method", "common"))) {
          case "ceil" -> RoundingMode.CEILING;
          case "floor" -> RoundingMode.FLOOR;
          default -> RoundingMode.HALF_EVEN;
        };
    double real = Python.real(value);
    return Double.isInfinite(real) || Double.isNaN(real)
        ? real
        : new BigDecimal(real).setScale(digits, mode).doubleValue();
  }

  /** Fills {@code %s}, {@code %d} and {@code %%}. */
  static String format(String text, List<Object> arguments, Scope scope) {
    StringBuilder filled = new StringBuilder();
    int next = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char kind = c == '%' && i + 1 < text.length() ? text.charAt(++i) : ' ';
      if (c != '%') {
        filled.append(c);
      } else if (kind == '%') {
        filled.append('%');
      } else if (kind == 's' || kind == 'd') {
        Object value = Methods.given(arguments, next++);
        String shown = kind == 's' ? Python.text(value) : Long.toString((long) Python.real(value));
        scope.make(shown.length());
        filled.append(shown);
      } else {
        throw new TemplateFailure("a format understands %s and %d only");
      }
    }
    return filled.toString();
  }
}
