package dev.triptych.models.chat;

import dev.triptych.models.chat.Scope.Undefined;
import java.math.BigDecimal;
import java.util.ArrayDeque;
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

  private static final int MOST_COMPARED = 100_000;
  private static final int MOST_COUNTED = 50_000;
  private static final int LONGEST = 1 << 20;

  private Python() {}

  /** Returns how many steps it costs to read a value whole. */
  static int weight(Object value) {
    if (value instanceof String text) {
      return text.length() >> 10;
    }
    if (!(value instanceof Collection || value instanceof Map || value instanceof Tuple)) {
      return 0;
    }
    int parts = 0;
    ArrayDeque<Iterator<?>> open = new ArrayDeque<>(List.of(parts(value)));
    while (!open.isEmpty() && parts < MOST_COUNTED) {
      if (!open.peek().hasNext()) {
        open.pop();
        continue;
      }
      Object part = open.peek().next();
      parts++;
      if (part instanceof String text) {
        parts += text.length() >> 4;
      } else if (part instanceof Collection || part instanceof Map || part instanceof Tuple) {
        open.push(parts(part));
      }
    }
    return parts >> 6;
  }

  private static Iterator<?> parts(Object value) {
    return value instanceof Map<?, ?> map
        ? map.values().iterator()
        : value instanceof Tuple tuple
            ? tuple.items().iterator()
            : ((Collection<?>) value).iterator();
  }

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
    return equal(a, b, new int[] {MOST_COMPARED}, 0);
  }

  /**
   * Compares values that may be shared many times over, so that they are larger than they look.
   *
   * @param left how many parts may still be compared
   */
  private static boolean equal(Object a, Object b, int[] left, int depth) {
    deep(depth);
    if (--left[0] < 0) {
      throw new TemplateFailure("it compares values of too many parts");
    }
    return equalParts(a, b, left, depth);
  }

  private static boolean equalParts(Object a, Object b, int[] most, int depth) {
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
          && mine.stream().allMatch(item -> equal(item, others.next(), most, depth + 1));
    }
    if (left instanceof Map<?, ?> x && right instanceof Map<?, ?> y) {
      return x.keySet().equals(y.keySet())
          && x.keySet().stream().allMatch(key -> equal(x.get(key), y.get(key), most, depth + 1));
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
    if (value instanceof Undefined) {
      return "";
    }
    StringBuilder shown = new StringBuilder();
    repr(value, 0, shown);
    return shown.toString();
  }

  private static void repr(Object value, int depth, StringBuilder shown) {
    deep(depth);
    if (shown.length() > LONGEST) {
      throw new TemplateFailure("it shows a value of more than a million characters");
    }
    if (value == null) {
      shown.append("None");
    } else if (value instanceof Boolean flag) {
      shown.append(flag ? "True" : "False");
    } else if (value instanceof Double number) {
      shown.append(real(number.doubleValue()));
    } else if (value instanceof Long) {
      shown.append(value);
    } else if (value instanceof String text) {
      shown.append(quoted(text));
    } else if (value instanceof List<?> list) {
      repr(list, depth, shown.append('[')).append(']');
    } else if (value instanceof Tuple tuple) {
      repr(tuple.items(), depth, shown.append('(')).append(tuple.items().size() == 1 ? ",)" : ")");
    } else if (value instanceof Map<?, ?> map) {
      String between = "{";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        repr(entry.getKey(), depth + 1, shown.append(between));
        repr(entry.getValue(), depth + 1, shown.append(": "));
        between = ", ";
      }
      shown.append(map.isEmpty() ? "{}" : "}");
    } else {
      shown.append('<').append(kind(value)).append('>');
    }
  }

  private static StringBuilder repr(List<?> items, int depth, StringBuilder shown) {
    for (int i = 0; i < items.size(); i++) {
      repr(items.get(i), depth + 1, shown.append(i == 0 ? "" : ", "));
    }
    return shown;
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
