package dev.triptych.text.write;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Lease;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import dev.triptych.models.chat.ChatModel;
import dev.triptych.models.generation.GenerationConfig;
import org.osgi.service.component.annotations.Component;

/**
 * Follows an instruction with an encoder–decoder of the T5 family, such as flan-t5.
 *
 * <p>Greedy unless the model's folder or the user says otherwise, as transformers' {@code generate}
 * is.
 */
@Component
public final class InstructGenerator implements Generator {
  static final Parameter.Choice KIND =
      Parameter.Choice.of(
              "kind",
              Phrase.of(
                  "free gives the prompt as it is; the others tell the model what to write",
                  "free 原样给出提示语；其余则告诉模型写什么"),
              "free",
              "poem",
              "story",
              "script",
              "lyrics")
          .initially("free");
  static final Parameter.Whole LENGTH =
      Parameter.Whole.of(
          "maxLength",
          Phrase.of(
              "The most tokens, the start token among them (max_length)",
              "最多多少个词元，含起始词元（max_length）"),
          2,
          8192);
  static final Parameter.Whole BEAMS =
      Parameter.Whole.of(
          "numBeams",
          Phrase.of("How many beams are searched (num_beams)", "束搜索的束数（num_beams）"),
          1,
          16);

  private static final ModelSpec<ChatModel> MODEL = Author.spec("google/flan-t5-small");
  private static final int TOKENS = 200;

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("text.instruct", Phrase.of("Instruction", "指令"), "text/plain")
        .withSummary(
            Phrase.of("Follows an instruction with a T5 model of your choice", "用你选的 T5 模型执行一条指令"))
        .withParameters(
            KIND,
            Author.MODEL,
            LENGTH,
            BEAMS,
            Drawing.TEMPERATURE,
            Drawing.TOP_P,
            Drawing.TOP_K,
            Drawing.REPETITION,
            Drawing.NEW_TOKENS,
            Drawing.STOP)
        .withModels(MODEL);
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    Author author = new Author(request, job);
    Kind kind = Kind.of(request.get(KIND));
    try (Lease<ChatModel> lease = author.lease(MODEL);
        Draft draft = job.draft("text/plain")) {
      ChatModel model = lease.model();
      if (!model.language().encoderDecoder()) {
        throw new IllegalArgumentException(
            "text.instruct needs a model with an encoder, such as google/flan-t5-small; this one is"
                + " a decoder of the kind "
                + model.language().modelType()
                + ": use it in text.write or text.chat");
      }
      String told = new Instruction(kind, request).told();
      int[] source = model.language().tokenizer().encodeWithSpecialTokens(told);
      draft.note("kind", kind.word());
      author.write(model, config(model.config(), request), source, new int[0], "", draft);
    }
  }

  private static GenerationConfig config(GenerationConfig own, Request request) {
    GenerationConfig config = Drawing.given(own.with("seed", request.seed()), request);
    if (request.find(BEAMS).isPresent()) {
      config = config.with("num_beams", request.find(BEAMS).orElseThrow());
    }
    if (request.find(Drawing.NEW_TOKENS).isPresent()) {
      return config.with("max_new_tokens", request.find(Drawing.NEW_TOKENS).orElseThrow());
    }
    if (request.find(LENGTH).isPresent()) {
      return config
          .with("max_new_tokens", "none")
          .with("max_length", request.find(LENGTH).orElseThrow());
    }
    return config.isSet("max_length") || config.isSet("max_new_tokens")
        ? config
        : config.with("max_new_tokens", TOKENS);
  }
}
