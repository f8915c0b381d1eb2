package dev.triptych.text.write;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Generator;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import dev.triptych.models.chat.ChatModel;
import dev.triptych.models.chat.Message;
import dev.triptych.models.generation.GenerationConfig;
import dev.triptych.models.generation.form.Constraint;
import dev.triptych.models.tokenizer.Tokenizer;
import dev.triptych.text.RegulatedVerse;
import dev.triptych.text.RhymedVerse;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Component;

/**
 * Writes a poem, a story, a script or lyrics with a language model that the user chooses, continues
 * a text, or follows a free instruction.
 *
 * <p>A model with a chat template is told what to write; one without is given how such a text would
 * begin.
 */
@Component(service = Generator.class)
public final class WriteGenerator extends LanguageGenerator {
  static final Parameter.Choice KIND =
      Parameter.Choice.of(
              "kind",
              Phrase.of(
                  "What to write; continue goes on from the prompt, free follows it as an instruction",
                  "写什么；continue 接着提示语写，free 把提示语当作指令"),
              Kind.words())
          .initially("story");

  static final Parameter.Choice FORM =
      Parameter.Choice.of(
          "form",
          Phrase.of(
              "Form that a poem is held to, where the vocabulary allows: rhyme and tones of a Chinese"
                  + " one; rhyme and syllables of an English quatrain (ABAB), couplets (AABB) or"
                  + " ballad (ABAB)",
              "诗体，须词表支持：中文诗按韵与平仄约束；英文四行诗 quatrain（ABAB）、couplets（AABB）、ballad（ABAB）按韵与音节约束"),
          Stream.of(RegulatedVerse.forms(), RhymedVerse.forms())
              .flatMap(Stream::of)
              .toArray(String[]::new));
  static final Parameter.Choice RHYME_BOOK =
      Parameter.Choice.of(
              "rhymeBook",
              Phrase.of(
                  "Rhymes and tones of a Chinese form: classical or modern", "中文诗体的韵书：平水韵或中华新韵"),
              "pingshui",
              "xinyun")
          .initially("pingshui");

  private static final int TOKENS = 400;

  /** Makes the generator. */
  public WriteGenerator() {
    super("HuggingFaceTB/SmolLM2-135M-Instruct");
  }

  @Override
  public Descriptor descriptor() {
    return described(
        "text.write",
        Phrase.of("Text", "文章"),
        Phrase.of(
            "Writes a poem, a story, a script or lyrics with a language model of your choice",
            "用你选的语言模型写诗、故事、剧本或歌词"),
        KIND,
        FORM,
        RHYME_BOOK);
  }

  @Override
  Assignment read(Request request) {
    Kind kind = Kind.of(request.get(KIND));
    String form = request.find(FORM).orElse("");
    if (!form.isEmpty() && kind != Kind.POEM) {
      throw new IllegalArgumentException("form is for poems: set kind=poem, or leave form out");
    }
    Instruction instruction = new Instruction(kind, request, form);
    return model -> {
      if (model.language().encoderDecoder()) {
        throw new IllegalArgumentException(
            "this model reads with an encoder: it follows instructions in text.instruct");
      }
      Brief brief = brief(kind, instruction, request, model);
      return form.isEmpty() ? brief : held(brief, form, request, model);
    };
  }

  private static Brief brief(Kind kind, Instruction instruction, Request request, ChatModel model) {
    GenerationConfig config = Drawing.config(model.config(), request, TOKENS);
    if (kind != Kind.CONTINUE && model.template().isPresent()) {
      int[] prompt = Talk.encode(model, List.of(Message.user(instruction.told())));
      return Brief.answer(config, prompt)
          .note("kind", kind.word())
          .note("told", "by the chat template");
    }
    int[] prompt = model.language().tokenizer().encodeWithSpecialTokens(instruction.beginning());
    Brief brief =
        kind == Kind.CONTINUE
            ? Brief.goingOn(config, prompt, request.prompt())
            : Brief.answer(config, prompt);
    return brief.note("kind", kind.word()).note("told", "by a beginning");
  }

  private static Brief held(Brief brief, String form, Request request, ChatModel model)
      throws IOException {
    Tokenizer tokenizer = model.language().tokenizer();
    boolean english = List.of(RhymedVerse.forms()).contains(form);
    String book = english ? "rhyme and syllables" : request.get(RHYME_BOOK);
    Constraint verse;
    int tokens;
    if (english) {
      RhymedVerse rhymed = RhymedVerse.of(form, tokenizer);
      verse = rhymed;
      tokens = rhymed.tokens();
    } else {
      RegulatedVerse regulated = RegulatedVerse.of(form, book, tokenizer);
      verse = regulated;
      tokens = regulated.tokens();
    }
    GenerationConfig config =
        brief.config().with("max_new_tokens", tokens).with("eos_token_id", "[]");
    return brief.withConfig(config).heldTo(verse).note("form", form).note("constraints", book);
  }
}
