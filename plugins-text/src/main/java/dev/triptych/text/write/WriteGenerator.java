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
import dev.triptych.models.chat.Message;
import dev.triptych.models.generation.GenerationConfig;
import dev.triptych.text.RegulatedVerse;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/**
 * Writes a poem, a story, a script or lyrics with a language model that the user chooses, continues
 * a text, or follows a free instruction.
 *
 * <p>A model with a chat template is told what to write; one without is given how such a text would
 * begin.
 */
@Component
public final class WriteGenerator implements Generator {
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
              "Form of a Chinese poem that rhyme and tones are held to, where the vocabulary allows",
              "中文诗的诗体：按韵与平仄约束，须词表支持"),
          RegulatedVerse.forms());
  static final Parameter.Choice RHYME_BOOK =
      Parameter.Choice.of(
              "rhymeBook",
              Phrase.of("Rhymes and tones of that form: classical or modern", "该诗体的韵书：平水韵或中华新韵"),
              "pingshui",
              "xinyun")
          .initially("pingshui");

  private static final ModelSpec<ChatModel> MODEL =
      Author.spec("HuggingFaceTB/SmolLM2-135M-Instruct");
  private static final int TOKENS = 400;

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("text.write", Phrase.of("Text", "文章"), "text/plain")
        .withSummary(
            Phrase.of(
                "Writes a poem, a story, a script or lyrics with a language model of your choice",
                "用你选的语言模型写诗、故事、剧本或歌词"))
        .withParameters(
            KIND,
            FORM,
            RHYME_BOOK,
            Author.MODEL,
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
    Kind kind = Kind.of(request.get(KIND));
    String form = request.find(FORM).orElse("");
    if (!form.isEmpty() && kind != Kind.POEM) {
      throw new IllegalArgumentException("form is for poems: set kind=poem, or leave form out");
    }
    Instruction instruction = new Instruction(kind, request, form);
    Author author = new Author(request, job);
    try (Lease<ChatModel> lease = author.lease(MODEL);
        Draft draft = job.draft("text/plain")) {
      ChatModel model = lease.model();
      if (model.language().encoderDecoder()) {
        throw new IllegalArgumentException(
            "this model reads with an encoder: it follows instructions in text.instruct");
      }
      boolean told = kind != Kind.CONTINUE && model.template().isPresent();
      int[] prompt =
          told
              ? Talk.encode(model, List.of(Message.user(instruction.told())))
              : model.language().tokenizer().encodeWithSpecialTokens(instruction.beginning());
      GenerationConfig config = Drawing.config(model.config(), request, TOKENS);
      draft
          .note("kind", kind.word())
          .note("told", told ? "by the chat template" : "by a beginning");
      if (!form.isEmpty()) {
        RegulatedVerse verse =
            RegulatedVerse.of(form, request.get(RHYME_BOOK), model.language().tokenizer());
        author.held(verse);
        config = config.with("max_new_tokens", verse.tokens()).with("eos_token_id", "[]");
        draft.note("form", form).note("constraints", request.get(RHYME_BOOK));
      }
      boolean goesOn = kind == Kind.CONTINUE;
      author.write(
          model,
          config,
          prompt,
          goesOn ? prompt : new int[0],
          goesOn ? request.prompt() : "",
          draft);
    }
  }
}
