package dev.triptych.text.write;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Lease;
import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import dev.triptych.models.chat.ChatModel;
import dev.triptych.models.hub.HubName;
import dev.triptych.models.language.Architecture;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Reference;

/**
 * What the generators have in common that write with a language model of the user's choice: its
 * parameter, how tokens are drawn, and the frame of lease and draft.
 *
 * <p>A model may be of a kind that a plugin brings.
 */
abstract class LanguageGenerator implements Generator {
  static final Parameter.Text MODEL =
      Parameter.Text.of(
          "model",
          Phrase.of(
              "Language model: a Hugging Face folder, or ORG/NAME[@REVISION] once it was pulled",
              "语言模型：Hugging Face 文件夹，或已拉取的 ORG/NAME[@REVISION]"),
          1000);

  /** A request that was read and found right, before any model is there. */
  interface Assignment {
    /**
     * Returns how a model is to do it.
     *
     * @throws IllegalArgumentException if this model cannot, saying which could
     */
    Brief brief(ChatModel model) throws IOException;
  }

  @Reference volatile List<Architecture> brought = List.of();

  private final String initial;

  /**
   * Makes a generator.
   *
   * @param initial name on the hub of the model that writes unless the user names another
   */
  LanguageGenerator(String initial) {
    this.initial = initial;
  }

  /** Returns a descriptor with the generator's own parameters before those that all have. */
  final Descriptor described(String id, Phrase title, Phrase summary, Parameter<?>... own) {
    Parameter<?>[] all =
        Stream.of(Stream.of(own), Stream.of(MODEL), Drawing.PARAMETERS.stream())
            .flatMap(some -> some)
            .toArray(Parameter<?>[]::new);
    return Descriptor.of(id, title, "text/plain")
        .withSummary(summary)
        .withParameters(all)
        .withModels(spec());
  }

  /**
   * Reads what is to be written.
   *
   * @throws IllegalArgumentException if the request contradicts itself
   */
  abstract Assignment read(Request request) throws IOException;

  @Override
  public final void generate(Request request, Job job) throws Exception {
    Assignment assignment = read(request);
    job.step(0, "opening the model");
    try (Lease<ChatModel> lease = lease(request, job);
        Draft draft = job.draft("text/plain")) {
      new Author(lease.model(), job).write(assignment.brief(lease.model()), draft);
    }
  }

  /** Takes the model that the user named, else the initial one if it was pulled. */
  private Lease<ChatModel> lease(Request request, Job job)
      throws IOException, InterruptedException {
    String named = request.find(MODEL).orElse("").strip();
    if (!named.isEmpty()) {
      try {
        return job.lease(spec().withFiles(HubName.files(named)));
      } catch (FileNotFoundException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }
    try {
      return job.lease(spec());
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(
          ("no language model comes with Triptych: say \"triptych models pull %s\" once, or name"
                  + " another with -p model=FOLDER or ORG/NAME")
              .formatted(initial),
          e);
    }
  }

  private ModelSpec<ChatModel> spec() {
    return ModelSpec.of(
        "language-model",
        ModelFiles.hub(initial),
        ChatModel.class,
        (folder, placement) -> ChatModel.load(folder, placement, brought));
  }
}
