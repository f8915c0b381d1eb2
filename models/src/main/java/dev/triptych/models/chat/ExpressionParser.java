package dev.triptych.models.chat;

import dev.triptych.models.chat.Python.Callable;
import dev.triptych.models.chat.Python.Tuple;
import dev.triptych.models.chat.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads expressions, with the precedence of {@code jinja2/parser.py}. */
class ExpressionParser extends TokenCursor {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  ExpressionParser(List<Token> tokens) {
    super(tokens);
  }

  /** Arguments of a call, before they have values. */
  record Arguments(List<Expression> plain, Map<String, Expression> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    List<Object> values(Scope scope) {
      List<Object> values = new ArrayList<>();
      plain.forEach(argument -> values.add(argument.value(scope)));
      return values;
    }

    Map<String, Object> namedValues(Scope scope) {
      Map<String, Object> values = new LinkedHashMap<>();
      named.forEach((name, argument) -> values.put(name, argument.value(scope)));
      return values;
    }
  }

  /** Reads one expression, or several with commas as a tuple. */
  final Expression tuple() {
    Expression first = expression();
    if (!peek().is(Kind.OPERATOR, ",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (skip(",") && startsExpression()) {
      items.add(expression());
    }
    return scope -> new Tuple(values(items, scope));
  }

  private boolean startsExpression() {
    Token token = peek();
    return token.kind() == Kind.NAME && !token.text().equals("in")
        || token.kind() == Kind.STRING
        || token.kind() == Kind.WHOLE
        || token.kind() == Kind.REAL
        || token.kind() == Kind.OPERATOR && "([{-+".contains(token.text());
  }

  final Expression expression() {
    enter();
    Expression value = or();
    while (skip(Kind.NAME, "if")) {
      Expression chosen = value;
      Expression condition = or();
      Expression other =
          skip(Kind.NAME, "else") ? expression() : scope -> new Scope.Undefined("the other value");
      value = scope -> (Python.truth(condition.value(scope)) ? chosen : other).value(scope);
    }
    leave();
    return value;
  }

  /** Reads an expression without a condition of its own, as after {@code in}. */
  final Expression or() {
    Expression left = and();
    while (skip(Kind.NAME, "or")) {
      Expression a = left;
      Expression b = and();
      left =
          scope -> {
            Object value = a.value(scope);
            return Python.truth(value) ? value : b.value(scope);
          };
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (skip(Kind.NAME, "and")) {
      Expression a = left;
      Expression b = not();
      left =
          scope -> {
            Object value = a.value(scope);
            return Python.truth(value) ? b.value(scope) : value;
          };
    }
    return left;
  }

  private Expression not() {
    if (!skip(Kind.NAME, "not")) {
      return comparison();
    }
    enter();
    Expression value = not();
    leave();
    return scope -> !Python.truth(value.value(scope));
  }

  private Expression comparison() {
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> others = new ArrayList<>();
    while (true) {
      Token token = peek();
      boolean notIn = token.is(Kind.NAME, "not") && ahead().is(Kind.NAME, "in");
      if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())
          || token.is(Kind.NAME, "in")
          || notIn) {
        next();
        if (notIn) {
          next();
        }
        operators.add(notIn ? "not in" : token.text());
        others.add(sum());
      } else {
        break;
      }
    }
    if (operators.isEmpty()) {
      return first;
    }
    return scope -> {
      Object left = first.value(scope);
      for (int i = 0; i < operators.size(); i++) {
        Object right = others.get(i).value(scope);
        scope.step(left);
        scope.step(right);
        if (!Arithmetic.compares(operators.get(i), left, right)) {
          return false;
        }
        left = right;
      }
      return true;
    };
  }

  private Expression sum() {
    return binary(Set.of("+", "-"), () -> binary(Set.of("~"), this::product));
  }

  private Expression product() {
    return binary(Set.of("*", "/", "//", "%"), () -> binary(Set.of("**"), () -> unary(true)));
  }

  private Expression binary(Set<String> operators, java.util.function.Supplier<Expression> part) {
    Expression left = part.get();
    while (peek().kind() == Kind.OPERATOR && operators.contains(peek().text())) {
      Expression a = left;
      String operator = next().text();
      Expression b = part.get();
      left =
          scope -> {
            scope.step();
            return Arithmetic.operate(operator, a.value(scope), b.value(scope), scope);
          };
    }
    return left;
  }

  private Expression unary(boolean filtered) {
    enter();
    Expression value;
    if (skip("-")) {
      Expression positive = unary(false);
      value =
          scope -> {
            Object number = positive.value(scope);
            return number instanceof Double real
                ? (Object) (-real)
                : (Object) (-Python.whole(number));
          };
    } else if (skip("+")) {
      value = unary(false);
    } else {
      value = primary();
    }
    value = postfix(value);
    while (filtered) {
      if (skip("|")) {
        value = filter(value);
      } else if (skip(Kind.NAME, "is")) {
        value = test(value);
      } else if (peek().is(Kind.OPERATOR, "(")) {
        value = call(value, arguments());
      } else {
        break;
      }
    }
    leave();
    return value;
  }

  private Expression primary() {
    Token token = next();
    switch (token.kind()) {
      case NAME -> {
        String name = token.text();
        return switch (name) {
          case "true", "True" -> scope -> true;
          case "false", "False" -> scope -> false;
          case "none", "None" -> scope -> null;
          default ->
              scope -> {
                scope.step();
                return scope.get(name);
              };
        };
      }
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (peek().kind() == Kind.STRING) {
          text.append(next().text());
        }
        String all = text.toString();
        return scope -> all;
      }
      case WHOLE, REAL -> {
        Object number = number(token);
        return scope -> number;
      }
      default -> {
        if (token.is(Kind.OPERATOR, "(")) {
          if (skip(")")) {
            return scope -> new Tuple(List.of());
          }
          Expression inner = tuple();
          expect(Kind.OPERATOR, ")");
          return inner;
        }
        if (token.is(Kind.OPERATOR, "[")) {
          List<Expression> items = new ArrayList<>();
          while (!skip("]")) {
            items.add(expression());
            if (!skip(",") && !peek().is(Kind.OPERATOR, "]")) {
              throw unexpected("a comma");
            }
          }
          return scope -> values(items, scope);
        }
        if (token.is(Kind.OPERATOR, "{")) {
          return dictionary();
        }
        back();
        throw unexpected("a value");
      }
    }
  }

  private static Object number(Token token) {
    try {
      return token.kind() == Kind.REAL
          ? (Object) Double.valueOf(token.text())
          : (Object) Long.valueOf(token.text());
    } catch (NumberFormatException e) {
      throw new TemplateFailure("\"" + token.text() + "\" is no number of 64 bits")
          .at(token.line());
    }
  }

  private static List<Object> values(List<Expression> items, Scope scope) {
    scope.make(items.size());
    List<Object> values = new ArrayList<>();
    items.forEach(item -> values.add(item.value(scope)));
    return values;
  }

  private Expression dictionary() {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!skip("}")) {
      keys.add(expression());
      expect(Kind.OPERATOR, ":");
      values.add(expression());
      if (!skip(",") && !peek().is(Kind.OPERATOR, "}")) {
        throw unexpected("a comma");
      }
    }
    return scope -> {
      scope.make(keys.size());
      Map<Object, Object> map = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        map.put(keys.get(i).value(scope), values.get(i).value(scope));
      }
      return map;
    };
  }

  private Expression postfix(Expression start) {
    Expression value = start;
    while (true) {
      Expression of = value;
      if (skip(".")) {
        Token key = next();
        if (key.kind() != Kind.NAME && key.kind() != Kind.WHOLE) {
          back();
          throw unexpected("a name");
        }
        Object attribute = key.kind() == Kind.NAME ? key.text() : number(key);
        value =
            scope -> {
              Object owner = of.value(scope);
              scope.step(owner);
              return Methods.attribute(owner, attribute, scope);
            };
      } else if (skip("[")) {
        value = subscript(of);
      } else if (peek().is(Kind.OPERATOR, "(")) {
        value = call(of, arguments());
      } else {
        return value;
      }
    }
  }

  private Expression subscript(Expression of) {
    List<Expression> parts = new ArrayList<>();
    boolean slice = false;
    Expression part = null;
    while (!skip("]")) {
      if (skip(":")) {
        slice = true;
        parts.add(part);
        part = null;
      } else if (part == null) {
        part = expression();
      } else {
        throw unexpected("]");
      }
    }
    parts.add(part);
    if (parts.size() > 3 || !slice && part == null) {
      throw unexpected("an index");
    }
    if (!slice) {
      Expression key = part;
      return scope -> Arithmetic.item(of.value(scope), key.value(scope));
    }
    return scope -> {
      Object[] bounds = new Object[3];
      for (int i = 0; i < parts.size(); i++) {
        bounds[i] = parts.get(i) == null ? null : parts.get(i).value(scope);
      }
      return Arithmetic.slice(of.value(scope), bounds[0], bounds[1], bounds[2], scope);
    };
  }

  final Expression call(Expression function, Arguments arguments) {
    return scope -> {
      scope.step();
      Object called = function.value(scope);
      if (called instanceof Callable callable) {
        return callable.call(arguments.values(scope), arguments.namedValues(scope));
      }
      throw Python.wrong(called, "a function");
    };
  }

  final Arguments arguments() {
    expect(Kind.OPERATOR, "(");
    List<Expression> plain = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    while (!skip(")")) {
      if (peek().kind() == Kind.NAME && ahead().is(Kind.OPERATOR, "=")) {
        String name = next().text();
        next();
        named.put(name, expression());
      } else {
        plain.add(expression());
      }
      if (!skip(",") && !peek().is(Kind.OPERATOR, ")")) {
        throw unexpected("a comma");
      }
    }
    return new Arguments(plain, named);
  }

  /** Reads a filter's name and arguments, and applies it to a value. */
  final Expression filter(Expression value) {
    int line = peek().line();
    String name = name();
    Filters.Filter filter = Filters.named(name, line);
    Arguments arguments = peek().is(Kind.OPERATOR, "(") ? arguments() : Arguments.NONE;
    return scope -> {
      Object filtered = value.value(scope);
      scope.step(filtered);
      return filter.apply(
          filtered,
          new Filters.Given(arguments.values(scope), arguments.namedValues(scope), scope));
    };
  }

  private Expression test(Expression value) {
    boolean wanted = !skip(Kind.NAME, "not");
    int line = peek().line();
    String name = name();
    List<Expression> arguments = List.of();
    Token token = peek();
    if (token.is(Kind.OPERATOR, "(")) {
      arguments = arguments().plain();
    } else if (startsExpression()
        && !token.is(Kind.OPERATOR, "-")
        && !token.is(Kind.OPERATOR, "+")
        && !Set.of("else", "or", "and", "is", "if", "not").contains(token.text())) {
      arguments = List.of(postfix(primary()));
    }
    Tests.Test test = Tests.named(name, line);
    List<Expression> given = arguments;
    return scope -> {
      Object tested = value.value(scope);
      List<Object> others = values(given, scope);
      scope.step(tested);
      scope.step(others);
      return test.holds(tested, others) == wanted;
    };
  }
}
