package dev.triptych.bench.mutation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Changes a JSON text where it is read: a value becomes one of another size or kind, a key goes,
 * comes twice or has another name.
 *
 * <p>What it gives may be no JSON, such as a bare NaN.
 */
final class JsonMutator {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MARK = "@@here@@";
  private static final List<String> VALUES =
      List.of(
          "0",
          "-1",
          "1",
          "2",
          "3",
          "7",
          "65536",
          "2147483647",
          "2147483648",
          "-2147483648",
          "4294967297",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "18446744073709551616",
          "1e9",
          "1e39",
          "1e308",
          "1e999",
          "-1e308",
          "1e-320",
          "-0.0",
          "0.5",
          "NaN",
          "Infinity",
          "1" + "0".repeat(5000),
          "null",
          "true",
          "false",
          "\"\"",
          "\"x\"",
          "\"1\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"😀\"",
          "\"" + "a".repeat(100_000) + "\"",
          "\"(((((\"",
          "\"(a+)+$\"",
          "\"../../x\"",
          "\"<0x41>\"",
          "\"ByteLevel\"",
          "\"Sequence\"",
          "[]",
          "{}",
          "[[]]",
          "[1,2]",
          "[-1]",
          "[null]",
          "[\"a\",-1.5]",
          "[9223372036854775807]",
          "{\"a\":1}",
          "[".repeat(5000) + "]".repeat(5000),
          "[" + "0,".repeat(50_000) + "0]");

  private final SplittableRandom random;
  private String raw = "";
  private String what = "";

  JsonMutator(SplittableRandom random) {
    this.random = random;
  }

  /** Returns a text with one to three changes. */
  String change(String text) throws IOException {
    JsonNode root = JSON.readTree(text);
    StringBuilder told = new StringBuilder();
    String changed = text;
    int changes = random.nextInt(4) == 0 ? random.nextInt(2, 4) : 1;
    for (int i = 0; i < changes; i++) {
      change(root);
      told.append(told.isEmpty() ? "" : ", then ").append(what);
      changed = root.toString().replace("\"" + MARK + "\"", raw);
      if (i + 1 < changes) {
        try {
          root = JSON.readTree(changed);
        } catch (IOException e) { // no JSON any more, or too deep
          break;
        }
      }
    }
    what = told.toString();
    return changed;
  }

  /** Returns what was changed last. */
  String what() {
    return what;
  }

  private void change(JsonNode root) {
    JsonNode at = root;
    StringBuilder path = new StringBuilder();
    while (!at.isEmpty()) {
      List<String> keys = new ArrayList<>();
      at.fieldNames().forEachRemaining(keys::add);
      int index = random.nextInt(at.size());
      String key = at.isObject() ? keys.get(index) : Integer.toString(index);
      JsonNode child = at.isObject() ? at.get(key) : at.get(index);
      path.append('/').append(key);
      if (child.isEmpty() || random.nextInt(4) == 0) {
        if (at instanceof ObjectNode object) {
          inside(object, key, keys);
        } else {
          inside((ArrayNode) at, index);
        }
        what = path + " " + what;
        return;
      }
      at = child;
    }
    what = "nothing to change";
    raw = "";
  }

  private void inside(ObjectNode object, String key, List<String> keys) {
    switch (random.nextInt(8)) {
      case 0 -> {
        object.remove(key);
        what = "is gone";
      }
      case 1 -> {
        object.set(key + "x", object.remove(key));
        what = "is called otherwise";
      }
      case 2 -> {
        raw = "\"" + key + "\":" + value(object.get(key)) + ",\"twice\"";
        object.put(MARK, 0);
        what = "comes twice";
      }
      case 3 -> {
        String other = keys.get(random.nextInt(keys.size()));
        object.set(key, object.get(other).deepCopy());
        what = "is that of " + other;
      }
      default -> {
        raw = value(object.get(key));
        object.put(key, MARK);
        what = "= " + shown(raw);
      }
    }
  }

  private void inside(ArrayNode array, int index) {
    switch (random.nextInt(5)) {
      case 0 -> {
        array.remove(index);
        what = "is gone";
      }
      case 1 -> {
        array.insert(index, array.get(index).deepCopy());
        what = "comes twice";
      }
      default -> {
        raw = value(array.get(index));
        array.set(index, MARK);
        what = "= " + shown(raw);
      }
    }
  }

  /** Another value; of a number also one near it. */
  private String value(JsonNode old) {
    if (old.isIntegralNumber() && random.nextInt(3) == 0) {
      BigInteger number = old.bigIntegerValue();
      List<BigInteger> near =
          List.of(
              number.add(BigInteger.ONE),
              number.subtract(BigInteger.ONE),
              number.shiftLeft(1),
              number.shiftRight(1),
              number.negate(),
              number.shiftLeft(20));
      return near.get(random.nextInt(near.size())).toString();
    }
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  static String shown(String text) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() > 60 ? line.substring(0, 60) + "… (" + text.length() + ")" : line;
  }
}
