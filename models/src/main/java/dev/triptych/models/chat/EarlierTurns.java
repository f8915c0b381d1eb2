package dev.triptych.models.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The turns of a talk so far, as JSON: {@code [{"role": "user", "content": "…"}, …]}, alone or as
 * {@code messages} of an object, as chat programs keep them.
 *
 * <p>A message of the system may come first; then user and assistant speak in turn, and the
 * assistant last, for the user's next message is told apart.
 */
public final class EarlierTurns {
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_MESSAGES = 1000;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private EarlierTurns() {}

  /**
   * Reads the turns; the stream stays open.
   *
   * @throws IllegalArgumentException if it is not such a file, saying where
   */
  public static List<Message> read(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw new IllegalArgumentException(
          "the talk is larger than 1 MB: keep its last turns and leave out the others");
    }
    JsonNode list = parse(bytes);
    list = list.isObject() ? list.path("messages") : list;
    if (!list.isArray() || list.size() > MOST_MESSAGES) {
      throw new IllegalArgumentException(
          "the talk must be a list of at most "
              + MOST_MESSAGES
              + " messages, alone or as \"messages\" of an object");
    }
    List<Message> turns = new ArrayList<>();
    boolean system = false;
    for (JsonNode node : list) {
      Message message = message(node, turns.size() + 1);
      system |= turns.isEmpty() && message.role().equals("system");
      String due = (turns.size() - (system ? 1 : 0)) % 2 == 0 ? "user" : "assistant";
      boolean opens = system && turns.isEmpty();
      if (!opens && !message.role().equals(due)) {
        throw new IllegalArgumentException(
            "message %d of the talk is of the role %s, but the turn is %s's: after one of the system,"
                    .formatted(turns.size() + 1, message.role(), due)
                + " user and assistant speak in turn");
      }
      turns.add(message);
    }
    if (!turns.isEmpty() && turns.get(turns.size() - 1).role().equals("user")) {
      throw new IllegalArgumentException(
          "the talk must end with an answer of the assistant: the next message is the prompt");
    }
    return List.copyOf(turns);
  }

  private static JsonNode parse(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return JSON.readTree(text);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the talk is not UTF-8 text", e);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new IllegalArgumentException(
          "the talk is no JSON, or has a key twice (line " + line + "): mend it", e);
    }
  }

  private static Message message(JsonNode node, int number) {
    boolean right =
        node.size() == 2 && node.path("role").isTextual() && node.path("content").isTextual();
    if (!right) {
      throw new IllegalArgumentException(
          "message "
              + number
              + " of the talk must be an object of \"role\" and \"content\", both texts");
    }
    String content = node.get("content").textValue();
    if (content.isBlank()) {
      throw new IllegalArgumentException(
          "message " + number + " of the talk is empty: leave out that turn, and its answer");
    }
    return new Message(node.get("role").textValue(), content);
  }
}
