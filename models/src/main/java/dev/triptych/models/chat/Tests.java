package dev.triptych.models.chat;

import dev.triptych.models.chat.Python.Callable;
import dev.triptych.models.chat.Python.Tuple;
import dev.triptych.models.chat.Scope.Undefined;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The tests that stand after {@code is}, as {@code jinja2/tests.py} has them. */
final class Tests {

  @FunctionalInterface
  interface Test {
    boolean holds(Object value, List<Object> arguments);
  }

  private static final Map<String, Test> ALL = new HashMap<>();

  static {
    ALL.put("defined", (value, none) -> !(value instanceof Undefined));
    ALL.put("undefined", (value, none) -> value instanceof Undefined);
    ALL.put("none", (value, none) -> value == null);
    ALL.put("string", (value, none) -> value instanceof String);
    ALL.put("number", (value, none) -> Python.isNumber(value));
    ALL.put("integer", (value, none) -> value instanceof Long);
    ALL.put("float", (value, none) -> value instanceof Double);
    ALL.put("boolean", (value, none) -> value instanceof Boolean);
    ALL.put("true", (value, none) -> Boolean.TRUE.equals(value));
    ALL.put("false", (value, none) -> Boolean.FALSE.equals(value));
    ALL.put("mapping", (value, none) -> value instanceof Map);
    ALL.put("iterable", (value, none) -> Python.isIterable(value));
    ALL.put("callable", (value, none) -> value instanceof Callable);
    ALL.put(
        "sequence",
        (value, none) ->
            value instanceof String
                || value instanceof List
                || value instanceof Tuple
                || value instanceof Map
                || value instanceof Undefined);
    ALL.put("odd", (value, none) -> Math.floorMod(Python.whole(value), 2L) == 1);
    ALL.put("even", (value, none) -> Math.floorMod(Python.whole(value), 2L) == 0);
    ALL.put(
        "divisibleby",
        (value, by) -> Python.equal(Arithmetic.operate("%", value, one(by), null), 0L));
    ALL.put("in", (value, in) -> Python.contains(one(in), value));
    ALL.put("sameas", (value, as) -> value == one(as));
    ALL.put("lower", (value, none) -> Python.text(value).equals(lower(value)));
    ALL.put(
        "upper",
        (value, none) -> Python.text(value).equals(Python.text(value).toUpperCase(Locale.ROOT)));
    compare("==", "eq", "equalto", "==");
    compare("!=", "ne", "!=");
    compare("<", "lt", "lessthan");
    compare("<=", "le");
    compare(">", "gt", "greaterthan");
    compare(">=", "ge");
  }

  private Tests() {}

  private static void compare(String operator, String... names) {
    for (String name : names) {
      ALL.put(name, (value, other) -> Arithmetic.compares(operator, value, one(other)));
    }
  }

  private static String lower(Object value) {
    return Python.text(value).toLowerCase(Locale.ROOT);
  }

  private static Object one(List<Object> arguments) {
    if (arguments.size() != 1) {
      throw new TemplateFailure(
          "a test has " + arguments.size() + " values to compare with, not 1");
    }
    return arguments.get(0);
  }

  static Test named(String name, int line) {
    Test test = ALL.get(name);
    if (test == null) {
      throw new TemplateFailure("there is no test named " + name).at(line);
    }
    return test;
  }
}
