package dev.triptych.models.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<Message> TALK =
      List.of(Message.system("You are a poet."), Message.user("春天"));

  @TempDir Path folder;

  @Test
  void writesWhatTransformersWrites() throws IOException {
    JsonNode golden = golden();
    int refused = 0;
    for (JsonNode row : golden.path("rows")) {
      String where = row.path("template") + " " + row.path("talk") + " " + row.path("prompt");
      String source = golden.path("templates").path(row.path("template").asText()).asText();
      Map<String, Object> variables = variables(row);
      if (row.path("talk").asText().equals("tools")) {
        variables.put("tools", List.of(JSON.convertValue(golden.path("tool"), Map.class)));
      }
      Object talk =
          JSON.convertValue(golden.path("talks").path(row.path("talk").asText()), List.class);
      boolean prompt = row.path("prompt").asBoolean();
      ChatTemplate template = ChatTemplate.of(source, Map.of());
      if (row.has("text")) {
        assertEquals(row.path("text").asText(), template.render(talk, prompt, variables), where);
      } else {
        String message =
            assertThrows(
                    IllegalArgumentException.class,
                    () -> template.render(talk, prompt, variables),
                    where)
                .getMessage();
        assertTrue(message.endsWith(row.path("error").asText()), message);
        refused++;
      }
    }
    assertEquals(22, refused);
  }

  @Test
  void readsFolders() throws IOException {
    assertFalse(ChatTemplate.exists(folder));
    String none = assertThrows(IOException.class, () -> ChatTemplate.read(folder)).getMessage();
    assertTrue(none.contains("has no chat template"), none);

    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        """
        {"bos_token": {"content": "<s>"}, "eos_token": "</s>", "chat_template": [
          {"name": "tool_use", "template": "tools"},
          {"name": "default", "template": "{{ bos_token }}{{ messages[-1].content }}{{ eos_token }}"}]}
        """);
    assertTrue(ChatTemplate.exists(folder));
    assertEquals("<s>春天</s>", ChatTemplate.read(folder).apply(TALK, false));

    Files.writeString(
        folder.resolve("chat_template.jinja"),
        "{{ strftime_now('%d %b %Y, %B %-d, %A, %H:%M') }} {{ mood }} {{ add_generation_prompt }}\n");
    assertEquals(
        "05 Mar 2025, March 5, Wednesday, 07:30 glad True",
        ChatTemplate.read(folder)
            .at(LocalDateTime.of(2025, 3, 5, 7, 30))
            .apply(TALK, true, Map.of("mood", "glad")));

    Files.writeString(folder.resolve("chat_template.jinja"), "line one\n{% if %}");
    String damaged = assertThrows(IOException.class, () -> ChatTemplate.read(folder)).getMessage();
    assertTrue(damaged.contains("line 2"), damaged);
  }

  @Test
  void endsWhatDoesNotEnd() {
    for (String endless :
        List.of(
            "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
            "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{% set ns = namespace(x='ab') %}{% for a in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
            "{% set ns = namespace(x=[1]) %}{% for a in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
            "{% set ns = namespace(x=[1]) %}{% for a in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}",
            "{{ 'x' * 999999999 }}",
            "{{ 'x' * 9223372036854775807 }}",
            "{{ 9 ** 999999 }}",
            "{{ 9223372036854775807 + 1 }}",
            "{{ range(9223372036854775807) }}",
            "{{ ('x' * 100000).replace('x', 'y' * 100000) }}",
            "{{ ['x' * 100000] | map('indent', 1000) | join }}" + "{{ 'y' * 16000000 }}",
            "{{ messages | tojson(indent=99999999999999999999) }}",
            "(".repeat(200_000),
            "{{ " + "(".repeat(100_000) + "1",
            "{{ " + "not ".repeat(100_000) + "1 }}",
            "{{ " + "-".repeat(100_000) + "1 }}",
            "{{ 1" + " if 1 else 1".repeat(50_000) + " }}",
            "{% if 1 %}".repeat(50_000),
            "{{ [" + "[".repeat(100_000),
            "{{ missing.attribute }}",
            "{{ 1 / 0 }}{{ 1 // 0 }}",
            "{% include 'other' %}",
            "{{ ''.__class__.__mro__ }}")) {
      String text = endless.substring(0, Math.min(60, endless.length()));
      if (endless.startsWith("((")) {
        assertEquals(endless, ChatTemplate.of(endless, Map.of()).apply(TALK, true));
        continue;
      }
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> ChatTemplate.of(endless, Map.of()).apply(TALK, true),
                  text)
              .getMessage();
      assertTrue(message.startsWith("the ") && !message.contains("\n"), text + ": " + message);
    }
  }

  @Test
  void mutatedTemplatesEndInOneSentence() throws IOException {
    JsonNode golden = golden();
    List<String> sources = new ArrayList<>();
    golden.path("templates").forEach(template -> sources.add(template.asText()));
    Random random = new Random(11);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      StringBuilder source = new StringBuilder(sources.get(random.nextInt(sources.size())));
      for (int edit = 0; edit <= random.nextInt(3); edit++) {
        int at = random.nextInt(Math.max(1, source.length()));
        switch (random.nextInt(4)) {
          case 0 -> source.delete(at, at + 1);
          case 1 -> source.replace(at, at + 1, "" + (char) (32 + random.nextInt(95)));
          case 2 ->
              source.insert(Math.min(at, source.length()), "{%-}|[(:.".charAt(random.nextInt(9)));
          default -> source.setLength(Math.min(at, source.length()));
        }
      }
      try {
        ChatTemplate.of(source.toString(), Map.of("bos_token", "<s>", "eos_token", "</s>"))
            .apply(TALK, true);
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().startsWith("the "), e.getMessage());
        refused++;
      }
    }
    assertTrue(refused > 500 && refused < 2000, refused + " refused");
  }

  private static Map<String, Object> variables(JsonNode row) {
    return new HashMap<>(
        JSON.convertValue(row.path("variables"), new TypeReference<Map<String, Object>>() {}));
  }

  private static JsonNode golden() throws IOException {
    return JSON.readTree(ChatTemplateTest.class.getResource("golden_chat_templates.json"));
  }
}
