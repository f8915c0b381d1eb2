package dev.triptych.models.chat;

import dev.triptych.models.chat.Python.Namespace;
import dev.triptych.models.chat.Python.Tuple;
import dev.triptych.models.chat.Scope.Undefined;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What operators of expressions do, as Python does it. */
final class Arithmetic {
  private Arithmetic() {}

  static Object operate(String operator, Object a, Object b, Scope scope) {
    if (a instanceof Undefined undefined && !operator.equals("~")) {
      throw undefined.failure();
    }
    if (operator.equals("~")) {
      return joined(Python.text(a), Python.text(b), scope);
    }
    if (operator.equals("+") && a instanceof String x) {
      return joined(x, Python.string(b), scope);
    }
    if (operator.equals("+") && a instanceof List<?> x && b instanceof List<?> y) {
      scope.make(x.size() + y.size());
      List<Object> both = new ArrayList<>(x);
      both.addAll(y);
      return both;
    }
    if (operator.equals("*") && (a instanceof String || b instanceof String)) {
      String text = a instanceof String x ? x : Python.string(b);
      long times = Math.max(0, Python.whole(a instanceof String ? b : a));
      if (times > 1 << 24) {
        scope.make(Long.MAX_VALUE);
      }
      scope.make(text.length() * times);
      return text.repeat((int) times);
    }
    if (operator.equals("%") && a instanceof String format) {
      return Filters.format(
          format, b instanceof Tuple tuple ? tuple.items() : java.util.Arrays.asList(b), scope);
    }
    boolean whole = !(a instanceof Double || b instanceof Double);
    return whole && !operator.equals("/")
        ? whole(operator, Python.whole(a), Python.whole(b))
        : real(operator, Python.real(a), Python.real(b));
  }

  private static String joined(String a, String b, Scope scope) {
    scope.make(a.length() + b.length());
    return a + b;
  }

  private static Object whole(String operator, long a, long b) {
    try {
      return switch (operator) {
        case "+" -> Math.addExact(a, b);
        case "-" -> Math.subtractExact(a, b);
        case "*" -> Math.multiplyExact(a, b);
        case "//" -> Math.floorDiv(a, b);
        case "%" -> Math.floorMod(a, b);
        default -> b < 0 ? (Object) Math.pow(a, b) : (Object) power(a, b);
      };
    } catch (ArithmeticException e) {
      throw new TemplateFailure(
          b == 0 ? "something is divided by zero" : "a number has more than 64 bits");
    }
  }

  private static long power(long a, long b) {
    long product = 1;
    for (long i = 0; i < b && product != 0; i++) {
      if (i > 64 && Math.abs(a) <= 1) {
        return b % 2 == 0 ? a * a : a;
      }
      product = Math.multiplyExact(product, a);
    }
    return product;
  }

  private static double real(String operator, double a, double b) {
    if (b == 0 && "//%".contains(operator)) {
      throw new TemplateFailure("something is divided by zero");
    }
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      case "//" -> Math.floor(a / b);
      case "%" -> a - b * Math.floor(a / b);
      default -> Math.pow(a, b);
    };
  }

  static boolean compares(String operator, Object a, Object b) {
    return switch (operator) {
      case "==" -> Python.equal(a, b);
      case "!=" -> !Python.equal(a, b);
      case "<" -> Python.compare(a, b) < 0;
      case "<=" -> Python.compare(a, b) <= 0;
      case ">" -> Python.compare(a, b) > 0;
      case ">=" -> Python.compare(a, b) >= 0;
      case "in" -> Python.contains(b, a);
      default -> !Python.contains(b, a);
    };
  }

  /** Returns {@code of[key]}. */
  static Object item(Object of, Object key) {
    if (of instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (of instanceof Map<?, ?> map) {
      return map.containsKey(key) ? map.get(key) : new Undefined(Python.text(key));
    }
    if (of instanceof Namespace namespace) {
      return item(namespace.values(), key);
    }
    if (key instanceof String) {
      return new Undefined((String) key);
    }
    if (!(of instanceof String || of instanceof List || of instanceof Tuple)) {
      return new Undefined(Python.text(key));
    }
    List<Object> items = Python.items(of);
    long index = Python.whole(key);
    index += index < 0 ? items.size() : 0;
    return index >= 0 && index < items.size()
        ? items.get((int) index)
        : new Undefined("item " + Python.text(key));
  }

  /** Returns {@code of[start:stop:step]}; parts that are null were left out. */
  static Object slice(Object of, Object start, Object stop, Object step, Scope scope) {
    if (of instanceof Undefined undefined) {
      throw undefined.failure();
    }
    List<Object> items = Python.items(of instanceof Map ? null : of);
    scope.make(items.size());
    long by = step == null ? 1 : Python.whole(step);
    if (by == 0) {
      throw new TemplateFailure("a slice has the step 0");
    }
    int size = items.size();
    long from =
        bound(start, by > 0 ? 0 : size - 1L, by > 0 ? 0 : -1, by > 0 ? size : size - 1, size);
    long to = bound(stop, by > 0 ? size : -1L, by > 0 ? 0 : -1, by > 0 ? size : size - 1, size);
    List<Object> part = new ArrayList<>();
    for (long i = from; by > 0 ? i < to : i > to; i += by) {
      part.add(items.get((int) i));
      if (Math.abs(by) > size) {
        break;
      }
    }
    if (of instanceof String) {
      StringBuilder text = new StringBuilder();
      part.forEach(text::append);
      return text.toString();
    }
    return of instanceof Tuple ? new Tuple(part) : part;
  }

  private static long bound(Object value, long initial, long least, long most, int size) {
    if (value == null) {
      return initial;
    }
    long index = Python.whole(value);
    index += index < 0 ? size : 0;
    return Math.max(least, Math.min(most, index));
  }
}
