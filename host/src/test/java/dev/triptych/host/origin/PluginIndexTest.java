package dev.triptych.host.origin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The index of plugins, as docs/plugins-index.md describes it. */
class PluginIndexTest {
  private static final Path EXAMPLE = Path.of("..", "docs", "plugins-index.json");

  private static List<String> found(String words) throws IOException {
    return PluginIndex.parse(Files.readAllBytes(EXAMPLE), "example").search(words).stream()
        .map(PluginIndex.Entry::id)
        .toList();
  }

  @Test
  void searchRanksIdsThenTitlesThenSummaries() throws IOException {
    assertEquals(List.of("org.example.haiku", "org.example.seasons"), found("Haiku"));
    assertEquals(List.of("org.example.haiku"), found("俳句"));
    assertEquals(List.of("org.example.ornament"), found("svg"));
    assertEquals(List.of(), found("haiku svg"));
    PluginIndex index = PluginIndex.parse(Files.readAllBytes(EXAMPLE), "example");
    PluginIndex.Entry haiku = index.find("org.example.haiku").orElseThrow();
    assertEquals("俳句", haiku.titleIn(Locale.CHINESE));
    assertEquals("Haiku", haiku.titleIn(Locale.FRENCH));
  }

  @Test
  void damagedIndexesEndInASentence() throws IOException {
    String fine = Files.readString(EXAMPLE);
    List<String> wrong =
        List.of(
            "",
            "[]",
            "{\"format\":1}",
            fine.replace("\"format\": 1", "\"format\": 2"),
            fine.replace("org.example.seasons", "org.example.haiku"),
            fine.replace("\"version\"", "\"revision\""),
            fine.replace("\"sha256\": \"", "\"sha256\": \"x"),
            fine.replace("\"title\": {", "\"title\": [{")
                .replace("},\n      \"summary\"", "}],\n      \"summary\""),
            fine + "{}",
            "[".repeat(100_000));
    for (String one : wrong) {
      String sentence =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> PluginIndex.parse(one.getBytes(UTF_8), "x.json"))
              .getMessage();
      assertTrue(sentence.startsWith("the index of plugins x.json "), sentence);
    }
  }

  @Test
  void mutatedIndexesAreReadOrRefused() throws IOException {
    byte[] fine = Files.readAllBytes(EXAMPLE);
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 2_000; i++) {
      byte[] other = fine.clone();
      for (int k = 0; k <= random.nextInt(4); k++) {
        other[random.nextInt(other.length)] = (byte) random.nextInt(256);
      }
      try {
        PluginIndex.parse(other, "x").search("haiku");
      } catch (IllegalArgumentException e) {
        refused++;
        assertFalse(e.getMessage().contains("\n"));
      }
    }
    assertTrue(refused > 500, refused + " were refused");
  }
}
