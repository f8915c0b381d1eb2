package dev.triptych.host.works;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {

  @Test
  void keysAreSortedAndNumbersWrittenByValue() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("b", List.of(1, 1.0, 1L, 0.1, -0.0, 1e21, 1e-7, 100));
    map.put("a", Arrays.asList("春\"\\\n\u0001\ud800", true, null));
    map.put("c", Map.of());
    assertEquals(
        "{\"a\":[\"春\\\"\\\\\\n\\u0001\\ud800\",true,null],"
            + "\"b\":[1,1,1,0.1,0,1000000000000000000000,0.0000001,100],\"c\":{}}",
        CanonicalJson.write(map));
  }

  @Test
  void numbersComeBackExactly() {
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        assertEquals(value, Double.parseDouble(CanonicalJson.number(value)));
      }
      double small = Math.round(random.nextGaussian() * 1000) / 1000.0;
      assertEquals(
          new java.math.BigDecimal(String.valueOf(small)).stripTrailingZeros().toPlainString(),
          CanonicalJson.number(small));
    }
  }

  @Test
  void whatJsonLacksIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> CanonicalJson.write(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> CanonicalJson.write(new Object()));
  }

  @Test
  void prettyJsonIsTheSameValue() throws Exception {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("z", List.of(Map.of("a", List.of(1, 2)), List.of()));
    map.put("a", Map.of("x", "春"));
    map.put("e", Map.of());
    String pretty = PrettyJson.write(map);
    assertEquals(map, new ObjectMapper().readValue(pretty, Map.class));
    assertEquals("{\n  \"z\"", pretty.substring(0, 7));
  }
}
