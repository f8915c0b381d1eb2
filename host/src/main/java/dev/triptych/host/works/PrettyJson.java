package dev.triptych.host.works;

import java.util.Collection;
import java.util.Map;

/** JSON for people and programs: indented, keys in the order in which they were put. */
public final class PrettyJson {
  private PrettyJson() {}

  /**
   * Returns the text of maps, collections, strings, numbers, booleans and nulls, without a line end
   * behind it.
   */
  public static String write(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, "\n", out);
    return out.toString();
  }

  private static void write(Object value, String line, StringBuilder out) {
    String inner = line + "  ";
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      String separator = "{";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(separator).append(inner);
        out.append(CanonicalJson.write(entry.getKey())).append(": ");
        write(entry.getValue(), inner, out);
        separator = ",";
      }
      out.append(line).append('}');
    } else if (value instanceof Collection<?> all
        && all.stream().anyMatch(one -> one instanceof Map || one instanceof Collection)) {
      String separator = "[";
      for (Object element : all) {
        out.append(separator).append(inner);
        write(element, inner, out);
        separator = ",";
      }
      out.append(line).append(']');
    } else if (value instanceof Collection<?> all) {
      String separator = "[";
      for (Object element : all) {
        out.append(separator).append(CanonicalJson.write(element));
        separator = ", ";
      }
      out.append(all.isEmpty() ? "[]" : "]");
    } else {
      out.append(CanonicalJson.write(value));
    }
  }
}
