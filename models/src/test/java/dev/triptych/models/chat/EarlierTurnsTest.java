package dev.triptych.models.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EarlierTurnsTest {
  private static final String ASKED = "{\"role\":\"user\",\"content\":\"春\"}";
  private static final String SAID = "{\"role\":\"assistant\",\"content\":\"雨\"}";
  private static final String TOLD = "{\"role\":\"system\",\"content\":\"Be short.\"}";

  private static List<Message> read(byte[] bytes) throws IOException {
    return EarlierTurns.read(new ByteArrayInputStream(bytes));
  }

  private static List<Message> read(String text) throws IOException {
    return read(text.replace("U", ASKED).replace("A", SAID).replace("S", TOLD).getBytes(UTF_8));
  }

  @Test
  void readsAListAloneOrInAnObject() throws IOException {
    List<Message> turns =
        List.of(Message.system("Be short."), Message.user("春"), Message.assistant("雨"));
    assertEquals(turns, read("[S,U,A]"));
    assertEquals(turns, read(" {\"model\": 1, \"messages\": [S, U, A]}\n"));
    assertEquals(turns.subList(1, 3), read("[U,A]"));
    assertEquals(List.of(), read("[]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "[U;no JSON",
        "[U,A] x;no JSON",
        "7;must be a list",
        "{\"talk\":[U,A]};must be a list",
        "[U];end with an answer",
        "[U,U];message 2 of the talk is of the role user",
        "[A];message 1 of the talk is of the role assistant",
        "[U,S];message 2 of the talk is of the role system",
        "[S,A];message 2 of the talk is of the role assistant",
        "[U,{\"role\":\"tool\",\"content\":\"x\"}];message 2 of the talk is of the role tool",
        "[U,7];message 2 of the talk must be",
        "[{\"role\":\"user\"}];message 1 of the talk must be",
        "[{\"role\":\"user\",\"content\":\" \"}];message 1 of the talk is empty",
        "[{\"role\":\"user\",\"content\":[\"x\"]}];message 1 of the talk must be",
        "[{\"role\":\"user\",\"content\":\"x\",\"name\":\"y\"}];message 1 of the talk must be",
        "[{\"role\":\"user\",\"role\":\"user\",\"content\":\"x\"}];a key twice"
      })
  void refusesInOneSentence(String text, String sentence) {
    String message = assertThrows(IllegalArgumentException.class, () -> read(text)).getMessage();
    assertTrue(message.contains(sentence), message);
  }

  @Test
  void refusesWhatIsTooLarge() {
    String many = "[" + "U,A,".repeat(600) + "U,A]";
    assertThrows(IllegalArgumentException.class, () -> read(many));
    assertThrows(IllegalArgumentException.class, () -> read(new byte[(1 << 20) + 1]));
  }

  /** Whatever is changed in a talk, it is read or refused in a sentence. */
  @Test
  void survivesMutations() throws IOException {
    byte[] right = ("[" + TOLD + "," + ASKED + "," + SAID + "]").getBytes(UTF_8);
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] changed = right.clone();
      for (int c = random.nextInt(3); c >= 0; c--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      try {
        assertTrue(read(changed).size() <= 3);
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().contains("the talk"), e.getMessage());
        refused++;
      }
    }
    assertTrue(refused > 1000, refused + " were refused");
  }
}
