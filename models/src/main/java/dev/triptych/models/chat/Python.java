package dev.triptych.models.chat;

import dev.triptych.models.chat.Scope.Undefined;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What Python makes of values: null is None, Long an int, Double a float, List a list, Map a dict.
 *
 * <p>Lengths and slices of strings count characters.
 */
final class Python {

  /** A list that cannot change. */
  record Tuple(List<Object> items) {}

  /** The result of {@code namespace()}, the one thing that an inner part can change. */
  record Namespace(Map<String, Object> values) {}

  /** What can be called, with named arguments last. */
  @FunctionalInterface
  interface Callable {
    Object call(List<Object> arguments, Map<String, Object> named);
  }

  private Python() {}

  static boolean truth(Object value) {
    if (value == null || value instanceof Undefined) {
      return false;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    if (value instanceof Number number) {
      return number.doubleValue() != 0;
    }
    return !(value instanceof String
            || value instanceof Collection
            || value instanceof Map
            || value instanceof Tuple)
        || length(value) > 0;
  }

  static int length(Object value) {
    if (value instanceof String text) {
      return text.codePointCount(0, text.length());
    }
    if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    return items(value).size();
  }

  /** Returns what a loop over a value goes through. */
  static List<Object> items(Object value) {
    if (value instanceof List<?> list) {
      return new ArrayList<>(list);
    }
    if (value instanceof Tuple tuple) {
      return tuple.items();
    }
    if (value instanceof Map<?, ?> map) {
      return new ArrayList<>(map.keySet());
    }
    if (value instanceof String text) {
      return text.codePoints().mapToObj(Character::toString).collect(Collectors.toList());
    }
    if (value instanceof Undefined) {
      return List.of();
    }
    throw new TemplateFailure(kind(value) + " has no items");
  }

  static boolean isIterable(Object value) {
    return value instanceof Collection
        || value instanceof Map
        || value instanceof String
        || value instanceof Tuple
        || value instanceof Undefined;
  }

  static boolean equal(Object a, Object b) {
    Object left = a instanceof Boolean flag ? (Object) (flag ? 1L : 0L) : a;
    Object right = b instanceof Boolean flag ? (Object) (flag ? 1L : 0L) : b;
    if (left instanceof Number x && right instanceof Number y) {
      return left instanceof Long && right instanceof Long
          ? x.longValue() == y.longValue()
          : x.doubleValue() == y.doubleValue();
    }
    if (left instanceof List<?> || left instanceof Tuple) {
      if (right == null
          || left.getClass() == Tuple.class != (right.getClass() == Tuple.class)
          || !(right instanceof List || right instanceof Tuple)) {
        return false;
      }
      Iterator<Object> others = items(right).iterator();
      List<Object> mine = items(left);
      return mine.size() == items(right).size()
          && mine.stream().allMatch(item -> equal(item, others.next()));
    }
    if (left instanceof Map<?, ?> x && right instanceof Map<?, ?> y) {
      return x.keySet().equals(y.keySet())
          && x.keySet().stream().allMatch(key -> equal(x.get(key), y.get(key)));
    }
    return left instanceof Undefined ? right instanceof Undefined : Objects.equals(left, right);
  }

  static int compare(Object a, Object b) {
    if (a instanceof String x && b instanceof String y) {
      return x.compareTo(y);
    }
    if (isNumber(a) && isNumber(b)) {
      return Double.compare(real(a), real(b));
    }
    if ((a instanceof List || a instanceof Tuple) && (b instanceof List || b instanceof Tuple)) {
      List<Object> x = items(a);
      List<Object> y = items(b);
      for (int i = 0; i < Math.min(x.size(), y.size()); i++) {
        if (!equal(x.get(i), y.get(i))) {
          return compare(x.get(i), y.get(i));
        }
      }
      return Integer.compare(x.size(), y.size());
    }
    throw new TemplateFailure(kind(a) + " and " + kind(b) + " cannot be compared");
  }

  static boolean contains(Object container, Object item) {
    if (container instanceof String text) {
      return text.contains(string(item));
    }
    if (container instanceof Map<?, ?> map) {
      return map.containsKey(item);
    }
    return items(container).stream().anyMatch(other -> equal(other, item));
  }

  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  static double real(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw wrong(value, "a number");
  }

  static long whole(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    if (value instanceof Long number) {
      return number;
    }
    throw wrong(value, "a whole number");
  }

  static String string(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw wrong(value, "a string");
  }

  static TemplateFailure wrong(Object value, String wanted) {
    return value instanceof Undefined undefined
        ? undefined.failure()
        : new TemplateFailure(kind(value) + " stands where " + wanted + " must");
  }

  static String kind(Object value) {
    if (value == null) {
      return "none";
    }
    if (value instanceof Undefined undefined) {
      return "\"" + undefined.name() + "\", which is undefined,";
    }
    return value instanceof String
        ? "a string"
        : value instanceof Boolean
            ? "a truth value"
            : isNumber(value)
                ? "a number"
                : value instanceof Map
                    ? "a dictionary"
                    : value instanceof List || value instanceof Tuple ? "a list" : "a function";
  }

  /** Returns a value as an output shows it: Python's {@code str}. */
  static String text(Object value) {
    if (value instanceof String text) {
      return text;
    }
    return value instanceof Undefined ? "" : repr(value, 0);
  }

  private static String repr(Object value, int depth) {
    deep(depth);
    if (value == null) {
      return "None";
    }
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    if (value instanceof Double number) {
      return real(number.doubleValue());
    }
    if (value instanceof String text) {
      return quoted(text);
    }
    if (value instanceof List<?> list) {
      return list.stream()
          .map(item -> repr(item, depth + 1))
          .collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof Tuple tuple) {
      String end = tuple.items().size() == 1 ? ",)" : ")";
      return tuple.items().stream()
          .map(item -> repr(item, depth + 1))
          .collect(Collectors.joining(", ", "(", end));
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(e -> repr(e.getKey(), depth + 1) + ": " + repr(e.getValue(), depth + 1))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    return value instanceof Long ? value.toString() : "<" + kind(value) + ">";
  }

  static void deep(int depth) {
    if (depth > 60) {
      throw new TemplateFailure("a value is nested too deeply");
    }
  }

  static String real(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return Double.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
    }
    double size = Math.abs(number);
    if (size != 0 && (size < 1e-4 || size >= 1e16)) {
      BigDecimal digits = new BigDecimal(Double.toString(number)).stripTrailingZeros();
      int exponent = digits.precision() - digits.scale() - 1;
      String mantissa = digits.movePointLeft(exponent).toPlainString();
      return "%se%s%02d".formatted(mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
    String plain = new BigDecimal(Double.toString(number)).toPlainString();
    return plain.contains(".") ? plain : plain + ".0";
  }

  private static String quoted(String text) {
    char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
    StringBuilder quoted = new StringBuilder().append(quote);
    for (char c : text.toCharArray()) {
      switch (c) {
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        case '\\' -> quoted.append("\\\\");
        default -> {
          if (c == quote) {
            quoted.append('\\');
          }
          quoted.append(c < ' ' || c == 0x7f ? "\\x%02x".formatted((int) c) : c);
        }
      }
    }
    return quoted.append(quote).toString();
  }
}
