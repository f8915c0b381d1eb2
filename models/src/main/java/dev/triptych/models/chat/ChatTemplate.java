package dev.triptych.models.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.triptych.models.message.Excerpt;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a talk is written for a model: the Jinja template of its {@code tokenizer_config.json},
 * applied as transformers' {@code apply_chat_template} does.
 *
 * <pre>{@code
 * String text = ChatTemplate.read(folder).apply(List.of(Message.user("春天")), true);
 * int[] ids = tokenizer.encode(text);
 * }</pre>
 *
 * <p>A template is data of strangers: it reaches nothing but the messages and the variables that it
 * is given, and its steps, its output and its nesting are bounded. Immutable and safe from many
 * threads. Decision 0062 says why no library does this.
 */
public final class ChatTemplate {
  private static final long LARGEST = 64L << 20;
  private static final List<String> SPECIAL =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  private final Statement template;
  private final Map<String, String> tokens;
  private final LocalDateTime now;

  private ChatTemplate(Statement template, Map<String, String> tokens, LocalDateTime now) {
    this.template = template;
    this.tokens = tokens;
    this.now = now;
  }

  /** Returns whether a model's folder has a chat template, so that the model can talk. */
  public static boolean exists(Path folder) throws IOException {
    return source(folder, config(folder)) != null;
  }

  /**
   * Reads a model's folder: {@code chat_template.jinja} or {@code chat_template.json} if there is
   * one, else the {@code chat_template} of {@code tokenizer_config.json}, and the names of its
   * special tokens.
   *
   * @throws IOException if there is no template, or it is damaged or asks for what is not known
   *     here, saying which
   */
  public static ChatTemplate read(Path folder) throws IOException {
    JsonNode config = config(folder);
    String source = source(folder, config);
    if (source == null) {
      throw new IOException(
          folder
              + " has no chat template; take a model that was made to talk (often named …-Instruct),"
              + " or let this one continue a text");
    }
    Map<String, String> tokens = new LinkedHashMap<>();
    JsonNode map = json(folder.resolve("special_tokens_map.json"));
    for (String name : SPECIAL) {
      JsonNode token = config.hasNonNull(name) ? config.path(name) : map.path(name);
      String text = token.isTextual() ? token.asText() : token.path("content").asText(null);
      if (text != null) {
        tokens.put(name, text);
      }
    }
    try {
      return of(source, tokens);
    } catch (IllegalArgumentException e) {
      throw new IOException(folder + ": " + e.getMessage(), e);
    }
  }

  /**
   * Returns a template.
   *
   * @param tokens special tokens by their names in templates, such as {@code bos_token}
   * @throws IllegalArgumentException if the template has an error, saying where
   */
  public static ChatTemplate of(String template, Map<String, String> tokens) {
    if (template.length() > 1 << 20) {
      throw new IllegalArgumentException("the chat template has more than a million characters");
    }
    try {
      return new ChatTemplate(TemplateParser.parse(template), Map.copyOf(tokens), null);
    } catch (TemplateFailure e) {
      throw new IllegalArgumentException(
          "the chat template cannot be read, " + Excerpt.of(e.getMessage()), e);
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException(
          "the chat template cannot be read, it is nested too deeply", e);
    }
  }

  /** Returns the special tokens by their names, such as {@code eos_token}. */
  public Map<String, String> tokens() {
    return tokens;
  }

  /** Returns the same template with a fixed time for templates that tell the day. */
  public ChatTemplate at(LocalDateTime time) {
    return new ChatTemplate(template, tokens, time);
  }

  /**
   * Returns a talk as a model reads it, with its special tokens spelt out: encode it without adding
   * others.
   *
   * @param addGenerationPrompt whether to end with what begins the model's answer
   * @throws IllegalArgumentException if the template refuses the talk, such as two messages of the
   *     same role in a row, or cannot be applied
   */
  public String apply(List<Message> messages, boolean addGenerationPrompt) {
    return apply(messages, addGenerationPrompt, Map.of());
  }

  /**
   * Returns a talk as a model reads it, with variables that the template knows, such as {@code
   * enable_thinking}.
   */
  public String apply(
      List<Message> messages, boolean addGenerationPrompt, Map<String, ?> variables) {
    List<Map<String, String>> talk = new ArrayList<>();
    for (Message message : messages) {
      Map<String, String> entry = new LinkedHashMap<>();
      entry.put("role", message.role());
      entry.put("content", message.content());
      talk.add(entry);
    }
    return render(talk, addGenerationPrompt, variables);
  }

  String render(Object messages, boolean addGenerationPrompt, Map<String, ?> variables) {
    Scope scope = new Scope(tokens);
    Functions.define(scope, now == null ? LocalDateTime.now() : now);
    variables.forEach((name, value) -> scope.set(name, plain(value)));
    scope.set("messages", plain(messages));
    scope.set("add_generation_prompt", addGenerationPrompt);
    if (!variables.containsKey("tools")) {
      scope.set("tools", null);
    }
    if (!variables.containsKey("documents")) {
      scope.set("documents", null);
    }
    StringBuilder text = new StringBuilder();
    try {
      template.write(scope, text);
    } catch (TemplateFailure.Raised e) {
      throw new IllegalArgumentException(
          "the model's chat template refuses this talk: " + Excerpt.of(e.getMessage()), e);
    } catch (TemplateFailure | ArithmeticException e) {
      throw new IllegalArgumentException(
          "the model's chat template cannot be applied, " + Excerpt.of(e.getMessage()), e);
    } catch (StackOverflowError e) { // within the template alone, which holds nothing
      throw new IllegalArgumentException(
          "the model's chat template cannot be applied, it is nested too deeply", e);
    }
    return text.toString();
  }

  private static Object plain(Object value) {
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value instanceof Float number) {
      return number.doubleValue();
    }
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(item -> copy.add(plain(item)));
      return copy;
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((key, item) -> copy.put(key, plain(item)));
      return copy;
    }
    return value;
  }

  private static String source(Path folder, JsonNode config) throws IOException {
    Path file = folder.resolve("chat_template.jinja");
    if (Files.isRegularFile(file)) {
      return text(file);
    }
    JsonNode template = json(folder.resolve("chat_template.json")).path("chat_template");
    template = template.isMissingNode() ? config.path("chat_template") : template;
    if (template.isArray()) { // named ones: the default, others are for tools or documents
      for (JsonNode named : template) {
        if (named.path("name").asText().equals("default")) {
          return named.path("template").asText(null);
        }
      }
      return null;
    }
    return template.isTextual() ? template.asText() : null;
  }

  private static JsonNode config(Path folder) throws IOException {
    return json(folder.resolve("tokenizer_config.json"));
  }

  private static JsonNode json(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return JsonMapper.builder().build().missingNode();
    }
    try {
      return JsonMapper.builder().build().readTree(text(file));
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is damaged: it is no JSON; get it again", e);
    }
  }

  private static String text(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new IOException(file + " is damaged: it has more than 64 MiB; get it again");
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new IOException(file + " is damaged: it is no UTF-8; get it again", e);
    }
  }
}
