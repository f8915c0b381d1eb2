package dev.triptych.text.write;

import dev.triptych.models.chat.ChatModel;
import dev.triptych.models.chat.Message;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;

/** Talks as models read them: without a phase of thinking, on a day that is always the same. */
final class Talk {
  /** What templates that tell the day are told, so that equal requests give equal works. */
  static final LocalDateTime DAY = LocalDateTime.of(2025, 1, 1, 12, 0);

  private static final Map<String, Boolean> VARIABLES = Map.of("enable_thinking", false);

  private Talk() {}

  static int[] encode(ChatModel model, List<Message> talk) {
    String text = model.template().orElseThrow().at(DAY).apply(talk, true, VARIABLES);
    return model.language().tokenizer().encode(text);
  }
}
