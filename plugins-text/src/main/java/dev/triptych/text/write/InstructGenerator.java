package dev.triptych.text.write;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Generator;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import dev.triptych.models.generation.GenerationConfig;
import org.osgi.service.component.annotations.Component;

/**
 * Follows an instruction with an encoder–decoder of the T5 family, such as flan-t5.
 *
 * <p>Greedy unless the model's folder or the user says otherwise, as transformers' {@code generate}
 * is.
 */
@Component(service = Generator.class)
public final class InstructGenerator extends LanguageGenerator {
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

  private static final int TOKENS = 200;

  /** Makes the generator. */
  public InstructGenerator() {
    super("google/flan-t5-small");
  }

  @Override
  public Descriptor descriptor() {
    return described(
        "text.instruct",
        Phrase.of("Instruction", "指令"),
        Phrase.of("Follows an instruction with a T5 model of your choice", "用你选的 T5 模型执行一条指令"),
        KIND,
        LENGTH,
        BEAMS);
  }

  @Override
  Assignment read(Request request) {
    Kind kind = Kind.of(request.get(KIND));
    String told = new Instruction(kind, request).told();
    return model -> {
      if (!model.language().encoderDecoder()) {
        throw new IllegalArgumentException(
            "text.instruct needs a model with an encoder, such as google/flan-t5-small; this one is"
                + " a decoder of the kind "
                + model.language().modelType()
                + ": use it in text.write or text.chat");
      }
      int[] source = model.language().tokenizer().encodeWithSpecialTokens(told);
      return Brief.answer(config(model.config(), request), source).note("kind", kind.word());
    };
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
