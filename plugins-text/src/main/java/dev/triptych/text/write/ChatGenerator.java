package dev.triptych.text.write;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Generator;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import dev.triptych.models.chat.Message;
import java.util.ArrayList;
import java.util.List;
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
        SYSTEM);
  }

  @Override
  Assignment read(Request request) {
    List<Message> talk = new ArrayList<>();
    request.find(SYSTEM).filter(s -> !s.isBlank()).map(Message::system).ifPresent(talk::add);
    talk.add(Message.user(request.prompt()));
    return model -> {
      if (model.template().isEmpty()) {
        throw new IllegalArgumentException(
            "this model has no chat template: it was not made to talk; take one whose name ends in"
                + " -Instruct or -Chat, or let it continue a text with text.write");
      }
      return Brief.answer(
          Drawing.config(model.config(), request, TOKENS), Talk.encode(model, talk));
    };
  }
}
