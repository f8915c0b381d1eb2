package dev.triptych.models.chat;

import dev.triptych.models.chat.Python.Tuple;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** JSON as Python's {@code json.dumps(…, ensure_ascii=False)} writes it. */
record Json(String indent, String item, String key, boolean sorted) {

  static String write(Object value, Map<String, Object> options, Scope scope) {
    Object indent = options.get("indent");
    Object separators = options.get("separators");
    String step =
        indent == null
            ? null
            : indent instanceof String text
                ? text
                : " ".repeat((int) Math.max(0, Math.min(64, Python.whole(indent))));
    String item = step == null ? ", " : ",";
    String key = ": ";
    if (separators != null) {
      item = Python.string(Arithmetic.item(separators, 0L));
      key = Python.string(Arithmetic.item(separators, 1L));
    }
    StringBuilder text = new StringBuilder();
    new Json(step, item, key, Python.truth(options.get("sort_keys"))).write(value, text, 0, scope);
    return text.toString();
  }

  private void write(Object value, StringBuilder text, int depth, Scope scope) {
    Python.deep(depth);
    scope.step();
    int before = text.length();
    if (value == null || value instanceof Boolean) {
      text.append(value == null ? "null" : value.toString());
    } else if (value instanceof String string) {
      quote(string, text);
    } else if (value instanceof Number number) {
      text.append(number instanceof Double real ? Python.real(real) : number.toString());
    } else if (value instanceof Map<?, ?> map) {
      Map<String, Object> entries = sorted ? new TreeMap<>() : new java.util.LinkedHashMap<>();
      map.forEach((name, entry) -> entries.put(name instanceof String s ? s : name(name), entry));
      open(text, '{');
      String end = "";
      for (Map.Entry<String, Object> entry : entries.entrySet()) {
        text.append(end);
        line(text, depth + 1);
        quote(entry.getKey(), text);
        write(entry.getValue(), text.append(key), depth + 1, scope);
        end = item;
      }
      close(text, '}', entries.isEmpty(), depth);
    } else if (value instanceof List || value instanceof Tuple) {
      List<Object> items = Python.items(value);
      open(text, '[');
      for (int i = 0; i < items.size(); i++) {
        text.append(i == 0 ? "" : item);
        line(text, depth + 1);
        write(items.get(i), text, depth + 1, scope);
      }
      close(text, ']', items.isEmpty(), depth);
    } else {
      throw Python.wrong(value, "what JSON can say");
    }
    scope.make(text.length() - before);
  }

  private static String name(Object key) {
    return key == null ? "null" : key instanceof Boolean ? key.toString() : Python.text(key);
  }

  private static void open(StringBuilder text, char bracket) {
    text.append(bracket);
  }

  private void close(StringBuilder text, char bracket, boolean empty, int depth) {
    if (!empty) {
      line(text, depth);
    }
    text.append(bracket);
  }

  private void line(StringBuilder text, int depth) {
    if (indent != null) {
      text.append('\n').append(indent.repeat(depth));
    }
  }

  private static void quote(String string, StringBuilder text) {
    text.append('"');
    for (char c : string.toCharArray()) {
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        case '\b' -> text.append("\\b");
        case '\f' -> text.append("\\f");
        default -> text.append(c < ' ' ? "\\u%04x".formatted((int) c) : c);
      }
    }
    text.append('"');
  }
}
