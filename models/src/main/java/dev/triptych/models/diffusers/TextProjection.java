package dev.triptych.models.diffusers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * One learned matrix a language, from the token states of that language's sentence encoder to the
 * width that the UNet looks at.
 *
 * <p>The text that says nothing, for guidance, is one token of zeros: {@link #nothing()}.
 */
public final class TextProjection {

  private final int width;
  private final Map<String, float[]> matrices; // (width, states)

  private TextProjection(int width, Map<String, float[]> matrices) {
    this.width = width;
    this.matrices = matrices;
  }

  /**
   * Loads {@code config.json} and {@code model.safetensors} of the folder {@code projection}.
   *
   * @throws IOException if a file is missing or damaged, or the two disagree
   */
  public static TextProjection load(Path folder) throws IOException {
    ModelConfig config = ModelConfig.read(folder.resolve("config.json"));
    int width = config.whole("width", 0, 1, 1 << 14);
    JsonNode languages = config.json().path("languages");
    if (width == 0 || !languages.isObject() || languages.isEmpty()) {
      throw config.refused("languages", "and width must say what the matrices are");
    }
    Safetensors file = Safetensors.open(folder.resolve("model.safetensors"));
    Map<String, float[]> matrices = new LinkedHashMap<>();
    for (Iterator<String> names = languages.fieldNames(); names.hasNext(); ) {
      String language = names.next();
      Safetensors.Entry entry = file.entries().get(language + ".weight");
      long[] wanted = {width, languages.get(language).asLong()};
      if (entry == null || !Arrays.equals(entry.shape(), wanted)) {
        throw new IOException(
            file.file() + " lacks " + language + ".weight of shape " + Arrays.toString(wanted));
      }
      matrices.put(language, file.floats(language + ".weight"));
    }
    return new TextProjection(width, matrices);
  }

  /** The text of {@code config.json}: the width, and the width of each language's states. */
  static String json(int width, Map<String, Integer> languages) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("_class_name", "TextProjection");
    json.put("width", width);
    languages.forEach(json.putObject("languages")::put);
    return json.toPrettyString();
  }

  /** Returns the width of what comes out. */
  public int width() {
    return width;
  }

  /** Returns the languages that have a matrix, such as en and zh. */
  public Set<String> languages() {
    return matrices.keySet();
  }

  /**
   * Projects a text.
   *
   * @param states (T, S), the last hidden states of the language's encoder
   * @return (T, width), row after row
   * @throws IllegalArgumentException if the language has no matrix or the states another width
   */
  public float[] project(String language, float[][] states) {
    float[] matrix = matrices.get(language);
    if (matrix == null) {
      throw new IllegalArgumentException(
          "the picture model knows the languages " + matrices.keySet() + ", not " + language);
    }
    int from = matrix.length / width;
    float[] out = new float[states.length * width];
    for (int t = 0; t < states.length; t++) {
      if (states[t].length != from) {
        throw new IllegalArgumentException(
            "token states of " + language + " are " + from + " wide, not " + states[t].length);
      }
      for (int o = 0; o < width; o++) {
        double sum = 0;
        for (int i = 0; i < from; i++) {
          sum += (double) matrix[o * from + i] * states[t][i];
        }
        out[t * width + o] = (float) sum;
      }
    }
    return out;
  }

  /** Returns the text that says nothing: one token, (1, width). */
  public float[] nothing() {
    return new float[width];
  }
}
