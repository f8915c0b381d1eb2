package dev.triptych.text.write;

import dev.triptych.api.Artifact;
import dev.triptych.api.Descriptor;
import dev.triptych.api.Generator;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import dev.triptych.models.chat.EarlierTurns;
import dev.triptych.models.chat.Message;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;

/** Answers a message with a language model that was made to talk and that the user chooses. */
@Component(service = Generator.class)
public final class ChatGenerator extends LanguageGenerator {
  static final Parameter.Text SYSTEM =
      Parameter.Text.of(
          "system",
          Phrase.of(
              "What the model shall be (system prompt); its own unless given",
              "模型应扮演什么（系统提示）；不指定时用模型自带的"),
          4000);

  static final Parameter.Work HISTORY =
      Parameter.Work.of(
          "history",
          Phrase.of(
              "JSON file of the talk so far, a list of {role, content}; the prompt is said next",
              "此前对话的 JSON 文件，由 {role, content} 组成的列表；提示语接着说"),
          "text/plain",
          "application/json");

  private static final int TOKENS = 400;

  /** Makes the generator. */
  public ChatGenerator() {
    super("HuggingFaceTB/SmolLM2-135M-Instruct");
  }

  @Override
  public Descriptor descriptor() {
    return described(
        "text.chat",
        Phrase.of("Answer", "对答"),
        Phrase.of("Answers a message with a language model of your choice", "用你选的语言模型回答一句话"),
        SYSTEM,
        HISTORY);
  }

  @Override
  Assignment read(Request request) throws IOException {
    List<Message> earlier = earlier(request);
    List<Message> talk = new ArrayList<>();
    request.find(SYSTEM).filter(s -> !s.isBlank()).map(Message::system).ifPresent(talk::add);
    if (!talk.isEmpty() && !earlier.isEmpty() && earlier.get(0).role().equals("system")) {
      throw new IllegalArgumentException(
          "the history begins with a message of the system, and system is set as well: leave one"
              + " out");
    }
    talk.addAll(earlier);
    talk.add(Message.user(request.prompt()));
    return model -> {
      if (model.template().isEmpty()) {
        throw new IllegalArgumentException(
            "this model has no chat template: it was not made to talk; take one whose name ends in"
                + " -Instruct or -Chat, or let it continue a text with text.write");
      }
      int[] prompt = Talk.encode(model, talk);
      if (prompt.length >= model.language().contextLength()) {
        throw new IllegalArgumentException(
            "the talk has %d tokens, and this model reads fewer than %d: leave out early turns"
                .formatted(prompt.length, model.language().contextLength()));
      }
      return Brief.answer(Drawing.config(model.config(), request, TOKENS), prompt)
          .note("turns", Integer.toString(earlier.size()));
    };
  }

  private static List<Message> earlier(Request request) throws IOException {
    Optional<Artifact> history = request.input(HISTORY);
    if (history.isEmpty()) {
      return List.of();
    }
    try (InputStream in = history.get().open()) {
      return EarlierTurns.read(in);
    }
  }
}
