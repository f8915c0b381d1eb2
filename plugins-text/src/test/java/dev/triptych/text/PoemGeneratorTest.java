package dev.triptych.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Artifact;
import dev.triptych.api.Generator;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.testkit.AssertingHost;
import dev.triptych.testkit.GeneratorContract;
import dev.triptych.testkit.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The generator with its own model, as the host runs it. */
class PoemGeneratorTest extends GeneratorContract {
  private static final Plan CHINESE =
      Plan.of(Map.of("language", "zh", "imagery", List.of("春风", "江南", "花"), "season", "spring"));

  @Override
  protected Generator generator() {
    return new PoemGenerator();
  }

  @Override
  protected Map<String, String> values() {
    return Map.of("candidates", "1");
  }

  @Override
  protected Duration patience() {
    return Duration.ofSeconds(20); // the first call loads the engine, perhaps on a busy machine
  }

  /** Verse lines are counted without the title. */
  @Override
  protected Object part(Artifact work, String part) throws IOException {
    return PoemText.read(work).lines().get(Integer.parseInt(part.substring("line:".length())) - 1);
  }

  private static Request request(String prompt, Plan plan, long seed, String form) {
    return Request.of(prompt, plan, seed).withValues(Map.of("candidates", "1", "form", form));
  }

  @ParameterizedTest
  @CsvSource({"wujue,pingshui", "qijue,xinyun", "wulv,xinyun", "qilv,pingshui"})
  void aChinesePoemKeepsItsFormAndItsRevisionToo(String form, String book) throws Exception {
    FormRules rules = new FormRules(book);
    try (AssertingHost host = AssertingHost.of(generator()).withPatience(patience())) {
      Request request =
          Request.of("江南春雨", CHINESE, 7)
              .withValues(Map.of("candidates", "2", "form", form, "rhymeBook", book));
      Artifact poem = host.generate(request).main();
      PoemText before = PoemText.read(poem);
      assertEquals("江南春雨", before.title());
      assertEquals(List.of(), rules.broken(before.lines(), Form.of(form).orElseThrow()));

      Outcome redone = host.revise(request, poem, Set.of("line:1", "line:4"));
      PoemText after = PoemText.read(redone.main());
      assertEquals(List.of(), rules.broken(after.lines(), Form.of(form).orElseThrow()));
      for (int i = 0; i < before.lines().size(); i++) {
        if (i == 0 || i == 3) {
          assertNotEquals(before.lines().get(i), after.lines().get(i));
        } else {
          assertEquals(before.lines().get(i), after.lines().get(i));
        }
      }
    }
  }

  @Test
  void theThemeSpeaksInThePoem() throws Exception {
    try (AssertingHost host = AssertingHost.of(generator()).withPatience(patience())) {
      int shown = 0;
      for (int seed = 0; seed < 6; seed++) {
        String poem = host.generate(request("雪", CHINESE, seed, "qijue")).text();
        shown += poem.substring(poem.indexOf('\n')).matches("(?s).*[雪春风花].*") ? 1 : 0;
      }
      assertTrue(shown >= 5, "the theme's words stand in only " + shown + " of 6 poems");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"😀😀😀", "龘靐齉", "\u0001\u0002", "<bos><eos>", "!!!", "ж", "春\n天"})
  void oddPromptsGiveAPoemAllTheSame(String prompt) throws Exception {
    FormRules rules = new FormRules("pingshui");
    Plan plan = Plan.of(Map.of("language", "zh"));
    try (AssertingHost host = AssertingHost.of(generator()).withPatience(patience())) {
      Outcome outcome = host.generate(request(prompt, plan, 3, "wujue"));
      PoemText poem = PoemText.read(outcome.main());
      assertEquals(List.of(), rules.broken(poem.lines(), Form.WUJUE));
      assertFalse(poem.title().contains("<"), poem.title());
    }
  }

  @Test
  void theUsersTitleStands() throws Exception {
    try (AssertingHost host = AssertingHost.of(generator()).withPatience(patience())) {
      Request request =
          Request.of("a long prompt about the sea and the storm at night", Plan.of(Map.of()), 1)
              .withValues(Map.of("title", "Gale", "form", "free", "candidates", "1"));
      Outcome outcome = host.generate(request);
      assertTrue(outcome.text().startsWith("# Gale\n"), outcome.text());
      assertEquals("user", outcome.main().lineage().notes().get("title"));
    }
  }

  @Test
  void aRhymedPoemHasStanzasAndItsRevisionToo() throws Exception {
    try (AssertingHost host = AssertingHost.of(generator()).withPatience(patience())) {
      Request request =
          Request.of("the sea at night", Plan.of(Map.of("language", "en", "form", "sonnet")), 4)
              .withValues(Map.of("stanzas", "2", "candidates", "1"));
      Artifact poem = host.generate(request).main();
      assertEquals("quatrain", poem.lineage().notes().get("form"));
      assertEquals("sonnet: not written, quatrain", poem.lineage().notes().get("formAsked"));
      PoemText before = PoemText.read(poem);
      assertEquals(8, before.lines().size());
      assertEquals(4, before.stanza());
      assertEquals(Form.QUATRAIN, before.form());
      List<String> file = before.file().lines().toList();
      assertEquals("# the sea at night", file.get(0));
      assertEquals("", file.get(5));
      assertEquals(10, file.size());

      Artifact redone = host.revise(request, poem, Set.of("line:6")).main();
      PoemText after = PoemText.read(redone);
      assertEquals(before.stanza(), after.stanza());
      for (int i = 0; i < 8; i++) {
        assertEquals(i == 5, !before.lines().get(i).equals(after.lines().get(i)), "line " + i);
      }
    }
  }
}
