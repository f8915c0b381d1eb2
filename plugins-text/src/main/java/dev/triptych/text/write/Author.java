package dev.triptych.text.write;

import dev.triptych.api.Draft;
import dev.triptych.api.Job;
import dev.triptych.api.Lease;
import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import dev.triptych.models.chat.ChatModel;
import dev.triptych.models.generation.Finish;
import dev.triptych.models.generation.Generated;
import dev.triptych.models.generation.Generation;
import dev.triptych.models.generation.GenerationConfig;
import dev.triptych.models.generation.form.Constraint;
import dev.triptych.models.hub.HubName;
import dev.triptych.models.tokenizer.DecodeStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Lets a language model write: takes the user's model, streams its tokens into a draft. */
final class Author {
  static final Parameter.Text MODEL =
      Parameter.Text.of(
          "model",
          Phrase.of(
              "Language model: a Hugging Face folder, or ORG/NAME once it was pulled",
              "语言模型：Hugging Face 文件夹，或已拉取的 ORG/NAME"),
          1000);

  private final Request request;
  private final Job job;
  private Constraint form;

  Author(Request request, Job job) {
    this.request = request;
    this.job = job;
  }

  /** Returns a model that is taken from the hub cache unless the user names another. */
  static ModelSpec<ChatModel> spec(String name) {
    return ModelSpec.of("language-model", ModelFiles.hub(name), ChatModel.class, ChatModel::load);
  }

  /**
   * Takes the model that the user named, else the initial one if it was pulled.
   *
   * @throws IllegalArgumentException if there is neither, saying how to get one
   */
  Lease<ChatModel> lease(ModelSpec<ChatModel> initial) throws IOException, InterruptedException {
    job.step(0, "opening the model");
    String named = request.find(MODEL).orElse("");
    if (!named.isBlank()) {
      return job.lease(initial.withFiles(HubName.files(named.strip())));
    }
    try {
      return job.lease(initial);
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(
          ("no language model comes with Triptych: say \"triptych models pull %s\" once, or name"
                  + " another with -p model=FOLDER or ORG/NAME")
              .formatted(initial.files()),
          e);
    }
  }

  /** Holds what is written to a form. */
  Author held(Constraint constraint) {
    form = constraint;
    return this;
  }

  /**
   * Writes what follows a prompt, and keeps it.
   *
   * @param config how tokens are drawn
   * @param before ids that the text goes on from, so that a first space stays; none for an answer
   */
  void write(
      ChatModel model,
      GenerationConfig config,
      int[] prompt,
      int[] before,
      String opening,
      Draft draft)
      throws IOException {
    String stop = request.find(Drawing.STOP).orElse("").replace("\\n", "\n");
    GenerationConfig ending = stop.isEmpty() ? config : config.with("stop_strings", quoted(stop));
    DecodeStream stream = model.language().tokenizer().stream(before);
    Cut cut = new Cut(stop, !opening.isEmpty());
    draft.append(opening);
    int[] tokens = {0};
    int most = Math.max(1, ending.newTokens(model.language().encoderDecoder() ? 1 : prompt.length));
    Generation generation =
        Generation.of(model.language(), ending)
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
    if (form != null) {
      generation.constraint(form);
    }
    List<Generated> all = generation.generate(new int[][] {prompt});
    append(draft, cut.accept(stream.finish()) + cut.finish());
    Finish finish = all.get(0).finish();
    if (form != null && finish != Finish.COMPLETE) {
      throw new IllegalArgumentException(
          "the form was not completed: no word was left that it allows; try another seed");
    }
    if (!cut.wrote()) {
      throw new IllegalArgumentException(
          "the model ended without a word; try another seed, another prompt or another model");
    }
    job.step(0.99, "finishing");
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

  private static String quoted(String text) {
    return "[\""
        + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t")
        + "\"]";
  }
}
