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
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** Answers a message with a language model that was made to talk and that the user chooses. */
@Component
public final class ChatGenerator implements Generator {
  static final Parameter.Text SYSTEM =
      Parameter.Text.of(
          "system",
          Phrase.of(
              "What the model shall be (system prompt); its own unless given",
              "模型应扮演什么（系统提示）；不指定时用模型自带的"),
          4000);

  private static final ModelSpec<ChatModel> MODEL =
      Author.spec("HuggingFaceTB/SmolLM2-135M-Instruct");
  private static final int TOKENS = 400;

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("text.chat", Phrase.of("Answer", "对答"), "text/plain")
        .withSummary(
            Phrase.of("Answers a message with a language model of your choice", "用你选的语言模型回答一句话"))
        .withParameters(
            SYSTEM,
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
    Author author = new Author(request, job);
    try (Lease<ChatModel> lease = author.lease(MODEL);
        Draft draft = job.draft("text/plain")) {
      ChatModel model = lease.model();
      if (model.template().isEmpty()) {
        throw new IllegalArgumentException(
            "this model has no chat template: it was not made to talk; take one whose name ends in"
                + " -Instruct or -Chat, or let it continue a text with text.write");
      }
      List<Message> talk = new ArrayList<>();
      request.find(SYSTEM).filter(s -> !s.isBlank()).map(Message::system).ifPresent(talk::add);
      talk.add(Message.user(request.prompt()));
      int[] prompt = Talk.encode(model, talk);
      author.write(
          model, Drawing.config(model.config(), request, TOKENS), prompt, new int[0], "", draft);
    }
  }
}
