package dev.triptych.text.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/** The tiny random models of tiny_models.py, and what transformers writes with them. */
final class TinyModels {
  private TinyModels() {}

  static String folder(String name) {
    return path(name).toString();
  }

  static JsonNode golden(String name) throws IOException {
    return new ObjectMapper().readTree(path("golden_tiny.json").toFile()).path(name);
  }

  /** Returns what transformers writes, without the control characters that a text cannot have. */
  static String text(JsonNode row, String how) {
    return row.path(how).path("text").asText().replaceAll("[\\p{Cntrl}&&[^\n\t]]", "");
  }

  private static Path path(String name) {
    try {
      URL url = TinyModels.class.getResource(name);
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
