package dev.triptych.image;

import dev.triptych.api.Request;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The words that a model is told: the prompt, or where it is Chinese and the model reads none, the
 * plan's English images.
 *
 * @param words what is to be seen
 * @param negative what is not to be seen
 * @param notes what the lineage says of it
 */
record PromptText(String words, Optional<String> negative, Map<String, String> notes) {

  /**
   * Chooses the words.
   *
   * @throws IllegalArgumentException if the prompt is Chinese, and there are no English words
   */
  static PromptText of(Request request, Optional<String> negative, boolean readsChinese) {
    Map<String, String> notes = new LinkedHashMap<>();
    String words = request.prompt();
    if (!readsChinese && chinese(words)) {
      List<String> images = request.plan().imageryEn();
      if (images.isEmpty()) {
        throw new IllegalArgumentException(
            "this model reads no Chinese, and the plan has no English images (imageryEn) to tell it"
                + " in its place: write the prompt in English");
      }
      words = String.join(", ", images);
      notes.put("translated", "the model reads no Chinese: it was told the plan's English images");
    }
    if (!readsChinese && negative.filter(PromptText::chinese).isPresent()) {
      throw new IllegalArgumentException(
          "this model reads no Chinese: write negative in English, or leave it out");
    }
    notes.put("text", words);
    return new PromptText(words, negative, notes);
  }

  private static boolean chinese(String text) {
    return text.codePoints()
        .anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN);
  }
}
