package dev.triptych.models.chat;

import dev.triptych.models.chat.Python.Callable;
import dev.triptych.models.chat.Python.Namespace;
import dev.triptych.models.chat.Statement.Flow;
import dev.triptych.models.chat.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the tags of a template: the part of Jinja that chat templates use. */
final class TemplateParser extends ExpressionParser {

  /** A macro's parameters; those without a default have none. */
  private record Parameters(List<String> names, Map<String, Expression> defaults) {}

  private TemplateParser(List<Token> tokens) {
    super(tokens);
  }

  /** Returns what a template writes. */
  static Statement parse(String template) {
    TemplateParser parser = new TemplateParser(TemplateLexer.tokens(template));
    Statement all = parser.body(Set.of());
    if (parser.peek().kind() != Kind.END) {
      throw parser.unexpected("the end");
    }
    return all;
  }

  /** Reads until one of these tags, whose name is not taken. */
  private Statement body(Set<String> ends) {
    enter();
    List<Statement> parts = new ArrayList<>();
    while (peek().kind() != Kind.END) {
      Token token = next();
      int line = token.line();
      if (token.kind() == Kind.TEXT) {
        parts.add(output(scope -> token.text()));
      } else if (token.kind() == Kind.OUTPUT) {
        Expression value = tuple();
        expect(Kind.OUTPUT_END, "}}");
        parts.add(placed(output(value), line));
      } else if (ends.contains(peek().text())) {
        leave();
        return sequence(parts);
      } else {
        parts.add(placed(tag(name()), line));
      }
    }
    if (!ends.isEmpty()) {
      throw unexpected(String.join(" or ", new java.util.TreeSet<>(ends)));
    }
    leave();
    return sequence(parts);
  }

  private static Statement output(Expression value) {
    return (scope, text) -> {
      scope.step();
      String shown = Python.text(value.value(scope));
      scope.make(shown.length());
      text.append(shown);
      return Flow.ON;
    };
  }

  /** Says on which line something fails. */
  private static Statement placed(Statement statement, int line) {
    return (scope, text) -> {
      try {
        return statement.write(scope, text);
      } catch (TemplateFailure e) {
        throw e.at(line);
      }
    };
  }

  private static Statement sequence(List<Statement> parts) {
    return (scope, text) -> {
      for (Statement part : parts) {
        Flow flow = part.write(scope, text);
        if (flow != Flow.ON) {
          return flow;
        }
      }
      return Flow.ON;
    };
  }

  private Statement tag(String name) {
    return switch (name) {
      case "if" -> condition();
      case "for" -> loop();
      case "set" -> assignment();
      case "macro" -> macro();
      case "call" -> call();
      case "filter" -> filtered();
      case "with" -> with();
      case "generation" -> block("endgeneration");
      case "break", "continue" -> {
        endOfTag();
        Flow flow = name.equals("break") ? Flow.OUT : Flow.NEXT;
        yield (scope, text) -> flow;
      }
      default -> throw new TemplateFailure("the tag \"" + name + "\" is unknown").at(peek().line());
    };
  }

  private void endOfTag() {
    expect(Kind.TAG_END, "%}");
  }

  /** Reads the rest of a tag, what follows, and the tag that ends it. */
  private Statement block(String end) {
    endOfTag();
    Statement inside = body(Set.of(end));
    expect(Kind.NAME, end);
    endOfTag();
    return inside;
  }

  private Statement condition() {
    List<Expression> conditions = new ArrayList<>();
    List<Statement> branches = new ArrayList<>();
    do {
      conditions.add(tuple());
      endOfTag();
      branches.add(body(Set.of("elif", "else", "endif")));
    } while (skip(Kind.NAME, "elif"));
    if (skip(Kind.NAME, "else")) {
      conditions.add(scope -> true);
      branches.add(block("endif"));
    } else {
      expect(Kind.NAME, "endif");
      endOfTag();
    }
    return (scope, text) -> {
      for (int i = 0; i < conditions.size(); i++) {
        scope.step();
        if (Python.truth(conditions.get(i).value(scope))) {
          return branches.get(i).write(scope, text);
        }
      }
      return Flow.ON;
    };
  }

  private Statement loop() {
    List<String> names = names();
    expect(Kind.NAME, "in");
    Expression over = or();
    Expression condition = skip(Kind.NAME, "if") ? or() : null;
    endOfTag();
    Statement each = body(Set.of("else", "endfor"));
    Statement none = skip(Kind.NAME, "else") ? block("endfor") : null;
    if (none == null) {
      expect(Kind.NAME, "endfor");
      endOfTag();
    }
    return (scope, text) -> {
      List<Object> items = new ArrayList<>();
      for (Object item : Python.items(over.value(scope))) {
        scope.step();
        Scope inner = scope.inner();
        bind(inner, names, item);
        if (condition == null || Python.truth(condition.value(inner))) {
          items.add(item);
        }
      }
      for (int i = 0; i < items.size(); i++) {
        scope.step();
        Scope inner = scope.inner();
        bind(inner, names, items.get(i));
        inner.set("loop", round(items, i));
        if (each.write(inner, text) == Flow.OUT) {
          break;
        }
      }
      return items.isEmpty() && none != null ? none.write(scope, text) : Flow.ON;
    };
  }

  /** Returns the variable {@code loop}. */
  private static Map<String, Object> round(List<Object> items, int index) {
    Map<String, Object> loop = new LinkedHashMap<>();
    long size = items.size();
    loop.put("index", index + 1L);
    loop.put("index0", (long) index);
    loop.put("revindex", size - index);
    loop.put("revindex0", size - index - 1);
    loop.put("first", index == 0);
    loop.put("last", index == size - 1);
    loop.put("length", size);
    if (index > 0) {
      loop.put("previtem", items.get(index - 1));
    }
    if (index < size - 1) {
      loop.put("nextitem", items.get(index + 1));
    }
    Callable cycle = (values, named) -> Methods.given(values, index % Math.max(1, values.size()));
    loop.put("cycle", cycle);
    return loop;
  }

  private List<String> names() {
    boolean brackets = skip("(");
    List<String> names = new ArrayList<>(List.of(name()));
    while (skip(",")) {
      names.add(name());
    }
    if (brackets) {
      expect(Kind.OPERATOR, ")");
    }
    return names;
  }

  private static void bind(Scope scope, List<String> names, Object value) {
    if (names.size() == 1) {
      scope.set(names.get(0), value);
      return;
    }
    List<Object> values = Python.items(value);
    if (values.size() != names.size()) {
      throw new TemplateFailure(
          "there are " + values.size() + " values for " + names.size() + " names");
    }
    for (int i = 0; i < names.size(); i++) {
      scope.set(names.get(i), values.get(i));
    }
  }

  private Statement assignment() {
    List<String> names = names();
    String attribute = names.size() == 1 && skip(".") ? name() : null;
    if (!skip("=")) {
      return capture(names.get(0));
    }
    Expression value = tuple();
    endOfTag();
    if (attribute == null) {
      return (scope, text) -> {
        scope.step();
        bind(scope, names, value.value(scope));
        return Flow.ON;
      };
    }
    return (scope, text) -> {
      scope.step();
      if (!(scope.get(names.get(0)) instanceof Namespace namespace)) {
        throw new TemplateFailure(names.get(0) + " is no namespace, so it cannot be changed");
      }
      namespace.values().put(attribute, value.value(scope));
      return Flow.ON;
    };
  }

  /** Reads {@code set} with a body, perhaps with filters. */
  private Statement capture(String name) {
    String captured = "\0captured";
    Expression value = scope -> scope.get(captured);
    while (skip("|")) {
      value = filter(value);
    }
    Statement inside = block("endset");
    Expression result = value;
    return (scope, text) -> {
      Scope inner = scope.inner();
      StringBuilder written = new StringBuilder();
      Flow flow = inside.write(inner, written);
      inner.set(captured, written.toString());
      scope.set(name, result.value(inner));
      return flow;
    };
  }

  private Statement filtered() {
    String captured = "\0captured";
    Expression value = filter(scope -> scope.get(captured));
    while (skip("|")) {
      value = filter(value);
    }
    Expression result = value;
    Statement inside = block("endfilter");
    return (scope, text) -> {
      Scope inner = scope.inner();
      StringBuilder written = new StringBuilder();
      Flow flow = inside.write(inner, written);
      inner.set(captured, written.toString());
      output(result).write(inner, text);
      return flow;
    };
  }

  private Statement with() {
    Map<String, Expression> values = new LinkedHashMap<>();
    while (peek().kind() != Kind.TAG_END) {
      String name = name();
      expect(Kind.OPERATOR, "=");
      values.put(name, expression());
      skip(",");
    }
    Statement inside = block("endwith");
    return (scope, text) -> {
      Scope inner = scope.inner();
      values.forEach((name, value) -> inner.set(name, value.value(scope)));
      return inside.write(inner, text);
    };
  }

  private Parameters parameters() {
    List<String> names = new ArrayList<>();
    Map<String, Expression> defaults = new LinkedHashMap<>();
    expect(Kind.OPERATOR, "(");
    while (!skip(")")) {
      names.add(name());
      if (skip("=")) {
        defaults.put(names.get(names.size() - 1), expression());
      }
      if (!skip(",") && !peek().is(Kind.OPERATOR, ")")) {
        throw unexpected("a comma");
      }
    }
    return new Parameters(names, defaults);
  }

  private Statement macro() {
    String name = name();
    Parameters parameters = parameters();
    Statement inside = block("endmacro");
    return (scope, text) -> {
      scope.set(name, callable(parameters, inside, scope));
      return Flow.ON;
    };
  }

  private static Callable callable(Parameters parameters, Statement inside, Scope home) {
    return (values, named) -> {
      List<String> names = parameters.names();
      if (values.size() > names.size()) {
        throw new TemplateFailure(
            "a macro of " + names.size() + " arguments is given " + values.size());
      }
      Scope scope = home.inner();
      scope.set("caller", named.getOrDefault("caller", new Scope.Undefined("caller")));
      for (int i = 0; i < names.size(); i++) {
        String name = names.get(i);
        Expression initial = parameters.defaults().get(name);
        scope.set(
            name,
            i < values.size()
                ? values.get(i)
                : named.containsKey(name)
                    ? named.get(name)
                    : initial != null ? initial.value(scope) : new Scope.Undefined(name));
      }
      StringBuilder text = new StringBuilder();
      scope.enter();
      inside.write(scope, text);
      scope.leave();
      return text.toString();
    };
  }

  /** Reads a call of a macro that is given a body as {@code caller}. */
  private Statement call() {
    Parameters parameters =
        peek().is(Kind.OPERATOR, "(") ? parameters() : new Parameters(List.of(), Map.of());
    String name = name();
    Arguments arguments = arguments();
    Statement inside = block("endcall");
    return (scope, text) -> {
      Object macro = scope.get(name);
      if (!(macro instanceof Callable callable)) {
        throw Python.wrong(macro, "a macro");
      }
      Map<String, Object> named = arguments.namedValues(scope);
      named.put("caller", callable(parameters, inside, scope));
      return output(inner -> callable.call(arguments.values(scope), named)).write(scope, text);
    };
  }
}
