package dev.triptych.models.chat;

import dev.triptych.api.Placement;
import dev.triptych.api.ext.Weighed;
import dev.triptych.models.generation.GenerationConfig;
import dev.triptych.models.language.Architecture;
import dev.triptych.models.language.LanguageModel;
import dev.triptych.models.language.LanguageModels;
import dev.triptych.models.ledger.Composed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A language model with what its folder says about generating and talking.
 *
 * <p>Immutable and safe from many threads. [any thread]
 */
public final class ChatModel implements AutoCloseable, Weighed, Composed {
  private final Architecture architecture;
  private final LanguageModel language;
  private final GenerationConfig config;
  private final ChatTemplate template;

  private ChatModel(
      Architecture architecture,
      LanguageModel language,
      GenerationConfig config,
      ChatTemplate template) {
    this.architecture = architecture;
    this.language = language;
    this.config = config;
    this.template = template;
  }

  /**
   * Loads a Hugging Face folder; its tokenizer comes when it is first asked for.
   *
   * @throws IOException if a file is missing or damaged, or the model is of an unknown kind, saying
   *     which
   */
  public static ChatModel load(Path folder, Placement placement) throws IOException {
    return load(folder, placement, List.of());
  }

  /** Loads a folder, also of the kinds that the architectures given bring. */
  public static ChatModel load(Path folder, Placement placement, Collection<Architecture> brought)
      throws IOException {
    GenerationConfig config = GenerationConfig.read(folder);
    ChatTemplate template = ChatTemplate.exists(folder) ? ChatTemplate.read(folder) : null;
    Architecture architecture = LanguageModels.architecture(folder, brought);
    return new ChatModel(architecture, architecture.load(folder, placement), config, template);
  }

  /** Returns the model itself. */
  public LanguageModel language() {
    return language;
  }

  /**
   * Returns how the folder wants texts to be continued; where it names no end token, that of the
   * chat template ends a text.
   */
  public GenerationConfig config() {
    if (template == null || config.isSet("eos_token_id")) {
      return config;
    }
    int end = language.tokenizer().id(template.tokens().getOrDefault("eos_token", ""));
    return end < 0 ? config : config.with("eos_token_id", end);
  }

  /** Returns how talks are written for the model; empty if it was not made to talk. */
  public Optional<ChatTemplate> template() {
    return Optional.ofNullable(template);
  }

  /**
   * Returns the ids of a talk, with what begins the model's answer.
   *
   * @throws IllegalArgumentException if the model has no chat template, or it refuses the talk
   */
  public int[] encode(List<Message> talk, Map<String, ?> variables) {
    if (template == null) {
      throw new IllegalArgumentException(
          "this model has no chat template: it continues texts but was not made to talk");
    }
    return language.tokenizer().encode(template.apply(talk, true, variables));
  }

  /** Returns the model and its architecture, which a plugin may have brought. */
  @Override
  public List<Object> parts() {
    return List.of(language, architecture);
  }

  @Override
  public long mappedBytes() {
    return language.mappedBytes();
  }

  @Override
  public long privateBytes() {
    return language.privateBytes();
  }

  @Override
  public void close() {
    language.close();
  }
}
