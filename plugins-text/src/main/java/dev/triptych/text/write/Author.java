package dev.triptych.text.write;

import dev.triptych.api.Draft;
import dev.triptych.api.Job;
import dev.triptych.models.chat.ChatModel;
import dev.triptych.models.generation.Finish;
import dev.triptych.models.generation.Generated;
import dev.triptych.models.generation.Generation;
import dev.triptych.models.generation.GenerationConfig;
import dev.triptych.models.language.LanguageModel;
import dev.triptych.models.tokenizer.DecodeStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Lets a language model write: streams its tokens into a draft, and keeps that. */
final class Author {
  private final ChatModel model;
  private final Job job;

  Author(ChatModel model, Job job) {
    this.model = model;
    this.job = job;
  }

  /**
   * Writes a text as the brief says, and keeps it.
   *
   * @throws IllegalArgumentException if the model wrote nothing, or left its form incomplete
   */
  void write(Brief brief, Draft draft) throws IOException {
    LanguageModel language = model.language();
    GenerationConfig config = brief.config();
    int[] before = brief.opening().isEmpty() ? new int[0] : brief.prompt();
    DecodeStream stream = language.tokenizer().stream(before);
    Cut cut = new Cut(config.stopStrings(), !brief.opening().isEmpty());
    draft.append(brief.opening());
    int[] tokens = {0};
    int most = Math.max(1, config.newTokens(language.encoderDecoder() ? 1 : brief.prompt().length));
    Generation generation =
        Generation.of(language, config)
            .cancelled(
                () -> {
                  job.step(Math.min(0.98, tokens[0] / (double) most), "writing");
                  return false;
                })
            .listener(
                (row, id) -> {
                  tokens[0]++;
                  append(draft, cut.accept(stream.append(id)));
                });
    brief.form().ifPresent(generation::constraint);
    List<Generated> all = generation.generate(new int[][] {brief.prompt()});
    append(draft, cut.accept(stream.finish()) + cut.finish());
    Finish finish = all.get(0).finish();
    if (brief.form().isPresent() && finish != Finish.COMPLETE) {
      throw new IllegalArgumentException(
          "the form was not completed: no word was left that it allows; try another seed");
    }
    if (!cut.wrote()) {
      throw new IllegalArgumentException(
          "the model ended without a word; try another seed, another prompt or another model");
    }
    job.step(0.99, "finishing");
    brief.notes().forEach(draft::note);
    draft.note("tokens", Integer.toString(tokens[0]));
    draft.note("finish", finish.name().toLowerCase(Locale.ROOT));
    draft.append("\n");
    draft.commit();
  }

  private static void append(Draft draft, String text) {
    if (!text.isEmpty()) {
      draft.append(text);
    }
  }
}
